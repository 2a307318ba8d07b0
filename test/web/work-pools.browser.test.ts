/** The pages of work pools, their queues and workers. */
import { test } from 'vitest'
import { plane, runToEnd, signedIn, startWorker, state } from '../support/browser-product.ts'

test('a work pool is made, shows the line that starts its worker, and says when one has come and when it has gone', async () => {
  const page = await signedIn('/work-pools')
  await page.getByRole('button', { name: 'New pool…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name', { exact: true }).fill('local')
  await dialog.getByRole('button', { name: 'Make the pool' }).click()
  await dialog.getByRole('alert').getByText(/local/).waitFor()
  await dialog.getByLabel('Name', { exact: true }).fill('browser-made')
  await dialog.getByRole('button', { name: 'Make the pool' }).click()
  await page.getByRole('heading', { name: 'browser-made' }).waitFor()
  await page.getByText('npx weir worker start --pool browser-made').waitFor()
  await state(page).getByText('No worker').waitFor()

  const worker = startWorker('browser-made', 'visitor')
  await state(page).getByText('Ready').waitFor()
  await page.getByText(/visitor has arrived/).waitFor()
  await worker.stop(5000)
  await state(page).getByText('No worker').waitFor()
})

test('queues of a pool are made, changed and paused from its page', async () => {
  const page = await signedIn('/work-pools')
  await page.getByRole('link', { name: 'nobody', exact: true }).click()
  const queues = page.getByRole('table', { name: 'Queues' })
  await page.getByRole('button', { name: 'New queue…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name', { exact: true }).fill('urgent')
  await dialog.getByLabel(/^Priority/).fill('3')
  await dialog.getByRole('button', { name: 'Make the queue' }).click()
  const urgent = queues.getByRole('row').filter({ hasText: 'urgent' })
  await urgent.getByRole('cell', { name: '3', exact: true }).waitFor()
  await urgent.getByRole('button', { name: 'Edit the queue urgent' }).click()
  await dialog.getByLabel(/^Runs at a time/).fill('2')
  await dialog.getByRole('button', { name: 'Change the queue' }).click()
  await urgent.getByText('0 of 2').waitFor()
  await urgent.getByRole('button', { name: 'Pause the queue urgent' }).click()
  await dialog.getByRole('button', { name: 'Pause the queue' }).click()
  await urgent.getByText('paused').waitFor()
})

test('a pool and a run that nobody needs are deleted after a question, which says why when they cannot be', async () => {
  const id = await runToEnd('hello/hello')
  const page = await signedIn(`/runs/${id}?tab=details`)
  await page.getByRole('button', { name: 'Delete this run…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete the run' }).click()
  await page.waitForURL('**/runs')
  await page.goto(`${plane.url}/runs/${id}`)
  await page.getByText(/No run of this workspace/).waitFor()

  await page.goto(`${plane.url}/work-pools`)
  await page.getByRole('link', { name: 'nobody', exact: true }).click()
  await page.getByRole('button', { name: 'Delete…', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Delete the pool' }).click()
  await dialog
    .getByRole('alert')
    .getByText(/hello\/waits|deployment/)
    .waitFor()
})
