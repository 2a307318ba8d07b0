/** Signing in and out. */
import { expect, test } from 'vitest'
import { newContext, PATIENCE, plane, signedIn } from '../support/browser-product.ts'

test('the link that is printed signs in once; whoever is not signed in sees how to, and nothing else', async () => {
  const context = await newContext()
  const page = await context.newPage()
  page.setDefaultTimeout(PATIENCE)
  await page.goto(`${plane.url}/runs`)
  await page.getByRole('heading', { name: 'Sign in to Weir' }).waitFor()
  expect(await page.getByRole('table').count()).toBe(0)

  await page.getByLabel('Or paste the link').fill(plane.signInUrl)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Home', exact: true }).waitFor()
  expect(page.url()).not.toContain('token')
  const [cookie] = await context.cookies()
  expect(cookie).toMatchObject({ name: 'weir_session', httpOnly: true, sameSite: 'Strict' })
  expect(await page.evaluate('document.cookie + JSON.stringify(localStorage) + JSON.stringify(sessionStorage)')).not.toContain(cookie?.value)

  const other = await (await newContext()).newPage()
  const answer = await other.goto(plane.signInUrl)
  expect(answer?.status()).toBe(410)
  await other.getByText('weir server status').waitFor({ timeout: PATIENCE })
})

test('who signs out is out, here and in another tab of the browser', async () => {
  const page = await signedIn()
  const other = await page.context().newPage()
  await other.goto(`${plane.url}/deployments`)
  await other.getByRole('heading', { name: 'Deployments', exact: true }).waitFor({ timeout: PATIENCE })

  await page.getByRole('button', { name: 'You, theme, keys' }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Sign in to Weir' }).waitFor()
  expect(await page.context().cookies()).toEqual([])
  await other.reload()
  await other.getByRole('heading', { name: 'Sign in to Weir' }).waitFor({ timeout: PATIENCE })
})
