/** The pages of flows. */
import { test } from 'vitest'
import { runToEnd, signedIn } from '../support/browser-product.ts'

test('a flow is found by its name, and its page has its runs and its deployments', async () => {
  const id = await runToEnd('hello/hello')
  const page = await signedIn('/flows?q=ell')
  await page.getByRole('link', { name: 'hello', exact: true }).first().click()
  await page.getByRole('table', { name: 'Runs of the flow' }).locator(`a[href="/runs/${id}"]`).waitFor()
  await page.getByText(/of the last \d+ completed|last run completed/).waitFor()
  await page.keyboard.press(']')
  await page
    .getByRole('table', { name: 'Deployments of the flow' })
    .getByRole('link', { name: /hello \/ waits/ })
    .click()
  await page.waitForURL('**/deployments/*')
})
