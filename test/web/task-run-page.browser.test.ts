/** The page of a task run. */
import { expect, test } from 'vitest'
import { runToEnd, signedIn, untilState } from '../support/browser-product.ts'

test('a task run has a page of its own, with what each attempt logged and where its result went', async () => {
  const id = await runToEnd('fails/fails')
  const page = await signedIn(`/runs/${id}?tab=task-runs`)
  // They push the table down when they come: a press that begins on the button would end beside it.
  await page.getByRole('region', { name: 'Its last log lines' }).waitFor()
  await page.getByRole('table', { name: 'Task runs' }).getByRole('button', { name: 'connect-0' }).click()
  await page.getByRole('region', { name: 'Task run connect-0' }).getByRole('link', { name: 'connect-0' }).click()
  await page.waitForURL('**/task-runs/*')
  await untilState(page, 'Failed')
  await page.getByRole('article', { name: 'Attempt 3' }).getByText('failed after 3 attempts').waitFor()
  const first = page.getByRole('article', { name: 'Attempt 1' })
  await first.getByText(/attempt 1 of 3 failed/).waitFor()
  expect(await first.getByText(/attempt 2 of 3/).count()).toBe(0)
  await page.getByRole('table', { name: 'Task runs that took its result' }).getByRole('link', { name: 'load-0' }).click()
  await page.getByRole('heading', { name: 'load-0' }).waitFor()
  await page.getByRole('table', { name: 'Task runs that it took results from' }).getByRole('link', { name: 'connect-0' }).waitFor()
  await page.keyboard.press('u')
  await page.waitForURL(`**/runs/${id}?task=*`)
})
