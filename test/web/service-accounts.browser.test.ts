/** The pages of service accounts. */
import { expect, test } from 'vitest'
import { PATIENCE, plane, signedIn } from '../support/browser-product.ts'

test('a service account is made with a key of its own, and both end together', async () => {
  const page = await signedIn('/service-accounts')
  const dialog = page.getByRole('dialog')
  await page.getByRole('button', { name: 'New account…' }).click()
  await dialog.getByLabel('Name').fill('build servers')
  await dialog.getByRole('radio', { name: /^Viewer/ }).check()
  await dialog.getByRole('button', { name: 'Make the account' }).click()
  await page.getByRole('heading', { name: 'build servers' }).waitFor()
  await page.keyboard.press('c')
  await dialog.getByLabel('What it is for').fill('github')
  await dialog.getByRole('button', { name: 'Make the key' }).click()
  const key = (await dialog.getByRole('group', { name: 'The key' }).textContent()) as string
  await dialog.getByRole('button', { name: 'I have kept it' }).click()
  await page.getByRole('table', { name: 'Keys of the account' }).getByText('github').waitFor()
  const ends = () => fetch(`${plane.url}/graphql?query={viewer{actor}}`, { headers: { authorization: `Bearer ${key}` } }).then(({ status }) => status)
  expect(await ends()).toBe(200)
  await page.getByRole('button', { name: 'Delete…', exact: true }).click()
  await dialog.getByRole('button', { name: 'Delete the account' }).click()
  await page.waitForURL('**/service-accounts')
  await expect.poll(ends, { timeout: PATIENCE }).toBe(401)
})
