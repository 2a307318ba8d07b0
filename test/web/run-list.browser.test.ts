/** The list of runs, as people use it. */
import { expect, test } from 'vitest'
import { copyRun, newContext, openRecord, PATIENCE, plane, run, runToEnd, signedIn, signIn, stateOf } from '../support/browser-product.ts'

test('a run that is made elsewhere, or was made ahead, appears in the list and goes through its states by itself', async () => {
  const ahead = await run('hello/hello', { name: 'ahead' }, { scheduledTime: new Date(Date.now() + 3_000).toISOString() })
  const page = await signedIn()
  await page.getByText('live', { exact: true }).waitFor()
  const fresh = page.getByRole('button', { name: /new run/ })
  for (const id of [await run('hello/hello', { name: 'Ada' }), ahead]) {
    const row = page.getByRole('row').filter({ has: page.locator(`a[href="/runs/${id}"]`) })
    await row.or(fresh).first().waitFor()
    if (await fresh.isVisible()) await fresh.click()
    await row.getByText('Completed').waitFor()
  }
})

test('while updates do not come through the list says so and shows what it had; when they do it catches up', async () => {
  await runToEnd('hello/hello')
  const context = await newContext()
  let away = true
  const isStream = (headers: Record<string, string>) => headers['accept']?.includes('text/event-stream') === true
  await context.route('**/graphql', (route, sent) => (away && isStream(sent.headers()) ? route.abort() : route.continue()))
  const page = await signIn(context)
  await page.getByText('Not live.').waitFor()
  await page.getByText('not live', { exact: true }).waitFor()
  await page.locator('[data-row="0"]').waitFor()
  const missed = page.locator(`a[href="/runs/${await runToEnd('hello/hello', { name: 'meanwhile' })}"]`)
  expect(await missed.count()).toBe(0)

  away = false
  await page.getByText('live', { exact: true }).waitFor()
  const fresh = page.getByRole('button', { name: /new run/ })
  await missed.or(fresh).first().waitFor()
  if (await fresh.isVisible()) await fresh.click()
  await missed.waitFor()
})

test('a filter is in the address, survives a reload, and back takes it away', async () => {
  await Promise.all([runToEnd('fails/fails'), runToEnd('hello/hello', { name: 'Grace' })])
  const page = await signedIn()
  await page.getByRole('row').filter({ hasText: 'Completed' }).first().waitFor()
  await page.getByRole('link', { name: 'Needs me', exact: true }).click()
  await page.getByRole('row').filter({ hasText: 'Failed' }).first().waitFor()
  await expect.poll(() => page.getByRole('row').filter({ hasText: 'Completed' }).count()).toBe(0)
  const { search } = new URL(page.url())
  expect(search.length).toBeGreaterThan(1)
  await page.reload()
  await page.getByRole('row').filter({ hasText: 'Failed' }).first().waitFor()
  expect(new URL(page.url()).search).toBe(search)
  await page.goBack()
  await page.getByRole('row').filter({ hasText: 'Completed' }).first().waitFor()

  await page.goto(`${plane.url}/runs?flow=hello&state=${encodeURIComponent('NONSENSE<script>')}`)
  await page.getByRole('heading', { name: 'Runs', exact: true }).waitFor()
})

test('runs whose time has not come stand by themselves', async () => {
  const id = await run('hello/waits', {}, { scheduledTime: new Date(Date.now() + 3_600_000).toISOString() })
  const past = await runToEnd('hello/hello')
  const page = await signedIn()
  const row = (uuid: string) => page.locator(`a[href="/runs/${uuid}"]`)
  await row(past).waitFor()
  expect(await row(id).count()).toBe(0)
  await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Upcoming' }).click()
  await page.waitForURL(/upcoming=only/)
  await row(id).waitFor()
  await expect.poll(() => row(past).count()).toBe(0)
})

test('the order and the columns are in the address, and the columns are those of the next visit', async () => {
  const first = await runToEnd('hello/hello', { name: 'Ada' })
  await runToEnd('hello/hello', { name: 'Grace' })
  const page = await signedIn()
  const table = page.getByRole('table', { name: 'Runs' })
  const top = page.locator('[data-row="0"]')
  await top.waitFor()
  const newest = await top.getAttribute('href')
  await page.getByRole('button', { name: /^order/ }).click()
  await page.getByRole('button', { name: 'oldest first' }).click()
  await page.waitForURL(/sort=oldest/)
  await expect.poll(() => top.getAttribute('href'), { timeout: PATIENCE }).not.toBe(newest)

  await page.getByRole('button', { name: /^columns/ }).click()
  await page.getByRole('group', { name: 'Columns' }).getByLabel('Work pool').check()
  await page.getByRole('group', { name: 'Columns' }).getByLabel('Deployment').uncheck()
  await page.keyboard.press('Escape')
  await table.getByRole('columnheader', { name: 'Work pool' }).waitFor()
  expect(await table.getByRole('columnheader', { name: 'Deployment' }).count()).toBe(0)
  await page.reload()
  await table.getByRole('columnheader', { name: 'Work pool' }).waitFor()
  await expect.poll(() => top.getAttribute('href'), { timeout: PATIENCE }).not.toBe(newest)

  await page.goto(`${plane.url}/runs?q=nothing-has-this-name`)
  await page.waitForURL(/columns=/)
  await page.goto(`${plane.url}/runs`)
  await page.locator(`a[href="/runs/${first}"]`).waitFor()
  await table.getByRole('columnheader', { name: 'Work pool' }).waitFor()
})

test('a view is saved under a name, opened again from another list, and forgotten', async () => {
  await runToEnd('fails/fails')
  const page = await signedIn('/runs?state=failed&flow=fails')
  const views = page.getByRole('navigation', { name: 'Views' })
  await page.getByRole('row').filter({ hasText: 'Failed' }).first().waitFor()
  await views.getByRole('button', { name: 'Save view…' }).click()
  await page.getByLabel('Name of the view').fill('Red nights')
  await page.keyboard.press('Enter')
  await views.getByRole('link', { name: 'Red nights' }).waitFor()
  await views.getByRole('link', { name: 'Until now', exact: true }).click()
  await page.waitForURL((url) => url.search === '')
  await page.reload()
  await views.getByRole('link', { name: 'Red nights' }).click()
  await page.waitForURL((url) => url.search === '?state=failed&flow=fails')
  await views.getByRole('button', { name: 'Forget the view Red nights' }).click()
  await expect.poll(() => views.getByRole('link', { name: 'Red nights' }).count(), { timeout: PATIENCE }).toBe(0)
})

test('everything that matches a filter is cancelled at once, also what is not on the screen, and stopped with its button while it goes on', async () => {
  const record = await openRecord()
  const ids = await copyRun(record, await run('hello/waits'), 320)
  const page = await signedIn('/runs?deployment=hello%2Fwaits&state=scheduled&state=pending')
  let asked = 0
  page.on('request', (sent) => (asked += sent.postData()?.includes('wrong parameters') ? 1 : 0))
  const cancelAll = async (justBefore = async () => {}) => {
    await page.locator('[data-row="0"]').waitFor()
    await page.getByLabel('Select all rows that are loaded').check()
    const bar = page.getByRole('toolbar', { name: 'Selected runs' })
    await bar.getByText('100 selected').waitFor()
    await bar.getByRole('button', { name: /^Select all \d+ that match$/ }).click()
    await bar.getByRole('button', { name: 'Cancel…' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel(/^Reason/).fill('wrong parameters')
    await justBefore()
    await dialog.getByRole('button', { name: /^Cancel \d{3} runs$/ }).click()
    await expect.poll(() => dialog.count(), { timeout: PATIENCE }).toBe(0)
  }
  // Somebody holds one of the first two hundred: the operation gets no further than that.
  await cancelAll(async () => {
    await record.query('begin')
    await record.query('select from flow_runs where id = $1 for update', [ids[0]])
  })
  const seen = page.getByRole('region', { name: /^Cancelling \d{3} runs$/ })
  await seen.getByText(/^0 of \d{3} · by user "Ada"$/).waitFor()
  await seen.getByRole('button', { name: 'Stop' }).click()
  await seen.getByText(/^stopping/).waitFor()
  // The step waits for that run, and the stop for the step; or the step has waited for as long as a statement may, and the stop is noted.
  const heard = `select where exists (select from operations where is_stopping)
    or (select count(*) from pg_stat_activity where wait_event_type = 'Lock') >= 2`
  await expect.poll(async () => (await record.query(heard)).rowCount, { timeout: PATIENCE }).toBe(1)
  await record.query('rollback')
  // Where the step was held for longer than a statement may take it is the sweep of the next minute that goes on.
  await page.getByText(/^Stopped: \d+ runs? asked to stop\. \d+ were left alone\.$/).waitFor({ timeout: 120_000 })
  await expect.poll(() => seen.count(), { timeout: PATIENCE }).toBe(0)
  expect(await stateOf(ids.at(-1) as string)).toBe('SCHEDULED')
  // One operation of the control plane, not a request for each run.
  expect(asked).toBe(1)

  await page.reload()
  await cancelAll()
  await page.getByText(/^\d{3} runs asked to stop\.$/).waitFor()
  expect(await stateOf(ids.at(-1) as string)).toBe('CANCELLED')
}, 240_000)

test('the list is used with the keyboard alone: to move, to select, to open, to search, to go elsewhere', async () => {
  await Promise.all([runToEnd('hello/hello'), runToEnd('hello/hello')])
  const page = await signedIn()
  await page.locator('[data-row="1"]').waitFor()
  const focused = () => page.evaluate('document.activeElement?.getAttribute("data-row")')
  await page.keyboard.press('j')
  await expect.poll(focused, { timeout: PATIENCE }).toBe('0')
  await page.keyboard.press('j')
  await expect.poll(focused, { timeout: PATIENCE }).toBe('1')
  await page.keyboard.press('x')
  await page.getByRole('row', { selected: true }).first().waitFor()
  await page.keyboard.press('Escape')
  await expect.poll(() => page.getByRole('row', { selected: true }).count()).toBe(0)
  await page.keyboard.press('k')
  await expect.poll(focused, { timeout: PATIENCE }).toBe('0')
  const href = await page.locator('[data-row="0"]').getAttribute('href')
  await page.keyboard.press('Enter')
  await page.waitForURL(`**${href}`)
  await page.keyboard.press('g')
  await page.keyboard.press('d')
  await page.waitForURL('**/deployments')
  await page.keyboard.press('Control+k')
  await page.getByRole('dialog').waitFor()
  await page.keyboard.press('Escape')
  await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
})
