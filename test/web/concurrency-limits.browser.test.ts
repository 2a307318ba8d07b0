/** The pages of concurrency limits. */
import { test } from 'vitest'
import { newId } from '../../core/ids.ts'
import { plane, signedIn } from '../support/browser-product.ts'

test('a concurrency limit is made, is seen to be held and waited for, gives a slot back by force, and is deleted', async () => {
  const page = await signedIn('/concurrency-limits')
  const dialog = page.getByRole('dialog')
  await page.getByRole('button', { name: 'New limit…' }).click()
  await dialog.getByLabel(/^Name/).fill('database')
  await dialog.getByLabel(/^Slots at once/).fill('many')
  await dialog.getByRole('button', { name: 'Make the limit' }).click()
  await dialog
    .getByRole('alert')
    .getByText(/whole number/)
    .waitFor()
  await dialog.getByLabel(/^Slots at once/).fill('1')
  await dialog.getByRole('button', { name: 'Make the limit' }).click()
  await page.getByRole('row').filter({ hasText: 'database' }).getByText('0 of 1').waitFor()
  const wish = (holder: string) => ({ id: newId(), names: ['database'], slots: 1, mode: 'slots', flowRunId: null, taskRunId: null, holder })
  await fetch(`${plane.url}/concurrency`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${plane.adminKey}` },
    body: JSON.stringify({ release: [], renew: [], acquire: [wish('report.ts'), wish('import.ts')] }),
  })
  await page.getByRole('link', { name: 'database' }).click()
  const held = page.getByRole('table', { name: 'Who holds slots' }).getByRole('row').filter({ hasText: 'report.ts' })
  await page.getByRole('table', { name: 'Who waits for slots' }).getByText('import.ts').waitFor()
  await held.getByRole('button', { name: 'Take away the slots of report.ts' }).click()
  await dialog.getByRole('button', { name: 'Take away' }).click()
  await page.getByRole('heading', { name: 'Nobody holds a slot' }).waitFor()
  await page.keyboard.press('#')
  await dialog.getByRole('button', { name: 'Delete the limit' }).click()
  await page.getByRole('heading', { name: 'No concurrency limits yet' }).waitFor()
})
