/** The palette of commands. */
import { test } from 'vitest'
import { runToEnd, signedIn, untilState } from '../support/browser-product.ts'

test('the palette goes to a thing by its name or its id, and does what the page at hand can do', async () => {
  const id = await runToEnd('hello/hello')
  const page = await signedIn()
  const palette = page.getByRole('dialog', { name: 'Go to, run, paste an id' })
  const choose = async (text: string, option: RegExp) => {
    await page.keyboard.press('Control+k')
    await palette.getByRole('combobox').fill(text)
    await palette.getByRole('option', { name: option }).first().click()
  }
  await choose(id, /^Flow run/)
  await page.waitForURL(`**/runs/${id}`)
  await untilState(page, 'Completed')
  await page.goto(page.url().replace(id, ''))
  await page.getByRole('heading', { name: 'Runs', exact: true }).waitFor()
  // The end of the id, as pages and the command line show it.
  await choose(id.slice(-8), /hello world/)
  await page.waitForURL(`**/runs/${id}`)
  await choose('nobody', /^nobody$/)
  await page.waitForURL('**/work-pools/*')
  await choose('hello/hel', /^hello\/hello$/)
  await page.waitForURL('**/deployments/*')
  const { pathname } = new URL(page.url())
  await page.keyboard.press('g')
  await page.keyboard.press('h')
  await page.getByRole('heading', { name: 'Home', exact: true }).waitFor()
  await choose(pathname.split('/').at(-1) as string, /^Deployment hello\/hello$/)
  await page.waitForURL(`**${pathname}`)
  await page.getByRole('heading', { name: 'hello / hello' }).waitFor()
  await choose('explor', /^API explorer/)
  await page.getByRole('heading', { name: 'API explorer' }).waitFor()
  await page.goBack()
  await page.getByRole('heading', { name: 'hello / hello' }).waitFor()
  await choose('pause this', /^Pause this deployment/)
  await page.getByRole('dialog').getByRole('button', { name: 'Leave it' }).click()
})
