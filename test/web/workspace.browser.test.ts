/** The workspace as people use it: signing in, the list of runs, the page of a run. One product, many pages. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Browser, Page } from '@playwright/test'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { newId } from '../../core/ids.ts'
import { launchBrowser } from '../support/browser.ts'
import { ask } from '../support/control-plane.ts'
import { type BrowserProduct, PATIENCE, startBrowserProduct } from '../support/browser-product.ts'

let product: BrowserProduct
let browser: Browser

beforeAll(async () => {
  ;[product, browser] = await Promise.all([startBrowserProduct(), launchBrowser()])
})
afterAll(async () => {
  await browser?.close()
  await product?.remove()
})

async function newContext() {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  onTestFinished(() => context.close())
  return context
}

/** A page that is signed in, whose errors fail the test. */
async function signedIn(path = '/runs'): Promise<Page> {
  const page = await product.signIn(await newContext())
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  onTestFinished(() => expect(errors).toEqual([]))
  if (path !== '/runs') await page.goto(`${product.plane.url}${path}`)
  return page
}

const state = (page: Page) => page.getByRole('status', { name: 'State' })
const untilState = (page: Page, word: string) => state(page).getByText(word, { exact: true }).waitFor()
const tab = (page: Page, name: RegExp) => page.getByRole('tab', { name }).click()

test('the link that is printed signs in once; whoever is not signed in sees how to, and nothing else', async () => {
  const context = await newContext()
  const page = await context.newPage()
  page.setDefaultTimeout(PATIENCE)
  await page.goto(`${product.plane.url}/runs`)
  await page.getByRole('heading', { name: 'Sign in to Weir' }).waitFor()
  expect(await page.getByRole('table').count()).toBe(0)

  await page.getByLabel('Or paste the link').fill(product.plane.signInUrl)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Home', exact: true }).waitFor()
  expect(page.url()).not.toContain('token')
  const [cookie] = await context.cookies()
  expect(cookie).toMatchObject({ name: 'weir_session', httpOnly: true, sameSite: 'Strict' })
  expect(await page.evaluate('document.cookie + JSON.stringify(localStorage) + JSON.stringify(sessionStorage)')).not.toContain(cookie?.value)

  const other = await (await newContext()).newPage()
  const answer = await other.goto(product.plane.signInUrl)
  expect(answer?.status()).toBe(410)
  await other.getByText('weir server status').waitFor({ timeout: PATIENCE })
})

test('whoever is signed in explores the API at its own address: suggestions, mistakes, answers, a live stream', async () => {
  const page = await signedIn('/graphql')
  const query = page.getByRole('textbox', { name: 'Query' })
  await page.getByRole('heading', { name: 'Query', exact: true }).waitFor()
  await query.fill('{ viewer { actr } }')
  await page.getByText('Cannot query field "actr" on type "Viewer"').waitFor()
  await query.fill('{ viewer { act')
  await query.press('End')
  await query.press('Control+Space')
  await page.getByRole('option', { name: /^actor/ }).click()
  await query.pressSequentially(' } }')
  await query.press('Control+Enter')
  const answer = page.getByRole('region', { name: 'Answer' })
  await answer.getByText('"actor": "user \\"Ada\\""').waitFor()
  await query.fill('subscription { flowRunsChanged { cursor } }')
  await query.press('Control+Enter')
  await answer.getByText('"flowRunsChanged"').waitFor()
  await page.getByRole('button', { name: /^Stop/ }).click()
  await page.getByRole('button', { name: /^Stop/ }).waitFor({ state: 'detached' })
  await page.getByRole('button', { name: /^history/ }).click()
  await page.getByRole('button', { name: '{ viewer { actor } }' }).click()
  await page.getByText('Headers, as JSON').click()
  await page.getByRole('textbox', { name: 'Headers, as JSON' }).fill(`{ "authorization": "Bearer ${product.plane.adminKey}" }`)
  await query.press('Control+Enter')
  await answer.getByText('"actor": "key \\"local admin\\""').waitFor()
  expect(await page.evaluate('JSON.stringify(localStorage)')).not.toContain(product.plane.adminKey)
  await page.getByRole('searchbox', { name: 'Find in Query' }).fill('flowRuns')
  await page.getByRole('button', { name: 'FlowRunConnection!' }).first().click()
  await page.getByRole('heading', { name: 'FlowRunConnection' }).waitFor()
})

test('a run that is made elsewhere appears in the list and goes through its states by itself', async () => {
  const page = await signedIn()
  await page.getByText('live', { exact: true }).waitFor()
  const id = await product.run('hello/hello', { name: 'Ada' })
  const fresh = page.getByRole('button', { name: /new run/ })
  const row = page.getByRole('row').filter({ has: page.locator(`a[href="/runs/${id}"]`) })
  await row.or(fresh).first().waitFor()
  if (await fresh.isVisible()) await fresh.click()
  await row.getByText('Completed').waitFor()
})

/** KB after gzip of built files, by the paths that they are served under. */
const kilobytes = (paths: readonly string[]) =>
  Math.round(paths.reduce((sum, path) => sum + gzipSync(readFileSync(join('web/build', path))).length, 0) / 102.4) / 10

test('the shell and the list of runs stay within their budgets', async () => {
  const context = await newContext()
  // Who saves data gets no code of other pages in advance: what is loaded is what this page needs.
  await context.addInitScript("Object.defineProperty(navigator, 'connection', { value: { saveData: true } })")
  await product.runToEnd('hello/hello')
  const asked: Record<string, unknown>[] = []
  context.on('request', (sent) => (sent.url().endsWith('/graphql') ? asked.push(sent.postDataJSON() as Record<string, unknown>) : 0))
  const page = await product.signIn(context)
  await page.locator('[data-row="0"]').waitFor()
  // Operations travel as hashes, those of streams too.
  expect(asked.length).toBeGreaterThan(2)
  for (const sent of asked) expect(sent).toEqual({ documentId: expect.stringMatching(/^sha256:[0-9a-f]{64}$/), variables: expect.any(Object) })
  const firstRow = Math.round(await page.evaluate<number>('performance.now()'))
  const loaded = await page.evaluate<string[]>('performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname)')
  const ofKind = (kind: string) => [...new Set(loaded)].filter((path) => path.startsWith('/_app/') && path.endsWith(kind))
  const shell = [...readFileSync('web/build/index.html', 'utf8').matchAll(/href="(\/_app\/[^"]+\.js)"/g)].map(([, path]) => path as string)
  const sizes = { shell: kilobytes(shell), scripts: kilobytes(ofKind('.js')), styles: kilobytes(ofKind('.css')) }
  console.log(`shell ${sizes.shell} KB, list of runs ${sizes.scripts} KB of JS and ${sizes.styles} KB of CSS (gzip); first row after ${firstRow} ms`)
  expect(shell.length).toBeGreaterThan(5)
  expect(sizes.shell).toBeLessThanOrEqual(150)
  expect(sizes.scripts + sizes.styles).toBeLessThanOrEqual(250)
})

test('the other lists and their pages stay within their budgets: few questions, little code', async () => {
  const context = await newContext()
  await context.addInitScript("Object.defineProperty(navigator, 'connection', { value: { saveData: true } })")
  const page = await product.signIn(context)
  let asked = 0
  page.on('request', (sent) => (asked += sent.url().endsWith('/graphql') && !sent.headers()['accept']?.includes('event-stream') ? 1 : 0))
  const { flow } = await ask<{ flow: { uuid: string } }>(product.plane, '{ flow(name: "hello") { uuid } }')
  for (const path of ['/flows', `/flows/${flow.uuid}`, '/variables', '/blocks', '/concurrency-limits', '/service-accounts', '/audit', '/graphql']) {
    asked = 0
    await page.goto(`${product.plane.url}${path}`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page
      .getByRole('table')
      .or(page.getByRole('heading', { level: 2 }))
      .first()
      .waitFor()
    const loaded = await page.evaluate<string[]>('performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname)')
    const size = kilobytes([...new Set(loaded)].filter((file) => /^\/_app\/.*\.(js|css)$/.test(file)))
    console.log(`${path.split('/')[1]}: ${size} KB (gzip), ${asked} questions`)
    expect(size, path).toBeLessThanOrEqual(250)
    // Who is signed in; then each part once, and once more when its stream is up or rings.
    expect(asked, path).toBeLessThanOrEqual(8)
  }
})

test('a variable is made, found by its tag, changed and deleted, and the audit says who did it', async () => {
  const page = await signedIn('/variables')
  const dialog = page.getByRole('dialog')
  await page.getByRole('button', { name: 'New variable…' }).click()
  await dialog.getByLabel(/^Name/).fill('Not a name')
  await dialog.getByLabel(/^Value/).fill('["eu-west", "eu-north"]')
  await dialog.getByText(/^Kept as list/).waitFor()
  await dialog.getByLabel(/^Tags/).fill('infra')
  await dialog.getByRole('button', { name: 'Make the variable' }).click()
  await dialog.getByRole('alert').getByText(/a-z/).waitFor()
  await dialog.getByLabel(/^Name/).fill('regions')
  await dialog.getByRole('button', { name: 'Make the variable' }).click()
  const row = page.getByRole('row').filter({ hasText: 'regions' })
  await row.getByText('["eu-west","eu-north"]').waitFor()
  await page.goto(`${product.plane.url}/variables?tag=nobody-has-it`)
  await page.getByText('Nothing matches').waitFor()
  await page.goto(`${product.plane.url}/variables?tag=infra&q=REG`)
  await row.waitFor()
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await dialog.getByLabel(/^Value/).fill('just text')
  await dialog.getByRole('button', { name: 'Change the variable' }).click()
  await row.getByText('"just text"').waitFor()
  await row.getByRole('button', { name: 'Delete regions' }).click()
  await dialog.getByRole('button', { name: 'Delete the variable' }).click()
  await page.getByText('Nothing matches').waitFor()

  await page.goto(`${product.plane.url}/audit?action=variables`)
  await page.getByRole('button', { name: 'variables:delete by user "Ada"' }).click()
  await dialog.getByText('user "Ada"').waitFor()
  await page.keyboard.press('Escape')
  await expect.poll(() => page.getByRole('button', { name: /^variables:set by/ }).count()).toBe(2)
})

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
  await fetch(`${product.plane.url}/concurrency`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${product.plane.adminKey}` },
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

test('a secret is made in a form that does not show it, changed without being given again, and never sent back', async () => {
  const page = await signedIn('/blocks')
  const dialog = page.getByRole('dialog')
  const answers: string[] = []
  page.on(
    'response',
    (response) =>
      void (
        response.url().endsWith('/graphql') &&
        response.text().then(
          (text) => answers.push(text),
          () => {},
        )
      ),
  )
  await page.getByRole('button', { name: 'New block…' }).click()
  await dialog.getByLabel(/^Name/).fill('Not a name')
  const value = dialog.getByLabel(/^Value/)
  expect(await value.getAttribute('type')).toBe('password')
  await value.fill('canary-of-the-page')
  await dialog.getByRole('button', { name: 'Make the block' }).click()
  await dialog.getByRole('alert').getByText(/a-z/).waitFor()
  await dialog.getByLabel(/^Name/).fill('github-token')
  await dialog.getByText("await secrets.get('github-token')").waitFor()
  await dialog.getByRole('button', { name: 'Make the block' }).click()
  const row = page.getByRole('row').filter({ hasText: 'github-token' })
  await row.getByText('value ********').waitFor()
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  expect(await value.inputValue()).toBe('')
  await dialog.getByLabel(/^Name/).fill('gitlab-token')
  await dialog.getByRole('button', { name: 'Change the block' }).click()
  await page.getByRole('row').filter({ hasText: 'gitlab-token' }).getByText('value ********').waitFor()
  await page.getByRole('button', { name: 'Delete secret/gitlab-token' }).click()
  await dialog.getByRole('button', { name: 'Delete the block' }).click()
  await page.getByText('No blocks yet').waitFor()
  expect(answers.length).toBeGreaterThan(3)
  expect(answers.join()).not.toContain('canary-of-the-page')
})

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
  const ends = () =>
    fetch(`${product.plane.url}/graphql?query={viewer{actor}}`, { headers: { authorization: `Bearer ${key}` } }).then(({ status }) => status)
  expect(await ends()).toBe(200)
  await page.getByRole('button', { name: 'Delete…', exact: true }).click()
  await dialog.getByRole('button', { name: 'Delete the account' }).click()
  await page.waitForURL('**/service-accounts')
  await expect.poll(ends, { timeout: PATIENCE }).toBe(401)
})

test('a flow is found by its name, and its page has its runs and its deployments', async () => {
  const id = await product.runToEnd('hello/hello')
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

test('while updates do not come through the list says so and shows what it had; when they do it catches up', async () => {
  await product.runToEnd('hello/hello')
  const context = await newContext()
  let away = true
  const isStream = (headers: Record<string, string>) => headers['accept']?.includes('text/event-stream') === true
  await context.route('**/graphql', (route, sent) => (away && isStream(sent.headers()) ? route.abort() : route.continue()))
  const page = await product.signIn(context)
  await page.getByText('Not live.').waitFor()
  await page.getByText('not live', { exact: true }).waitFor()
  await page.locator('[data-row="0"]').waitFor()
  const missed = page.locator(`a[href="/runs/${await product.runToEnd('hello/hello', { name: 'meanwhile' })}"]`)
  expect(await missed.count()).toBe(0)

  away = false
  await page.getByText('live', { exact: true }).waitFor()
  const fresh = page.getByRole('button', { name: /new run/ })
  await missed.or(fresh).first().waitFor()
  if (await fresh.isVisible()) await fresh.click()
  await missed.waitFor()
})

test('a filter is in the address, survives a reload, and back takes it away', async () => {
  await Promise.all([product.runToEnd('fails/fails'), product.runToEnd('hello/hello', { name: 'Grace' })])
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

  await page.goto(`${product.plane.url}/runs?flow=hello&state=${encodeURIComponent('NONSENSE<script>')}`)
  await page.getByRole('heading', { name: 'Runs', exact: true }).waitFor()
})

test('runs whose time has not come stand by themselves', async () => {
  const id = await product.run('hello/waits', {}, { scheduledTime: new Date(Date.now() + 3_600_000).toISOString() })
  const past = await product.runToEnd('hello/hello')
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
  const first = await product.runToEnd('hello/hello', { name: 'Ada' })
  await product.runToEnd('hello/hello', { name: 'Grace' })
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

  await page.goto(`${product.plane.url}/runs?q=nothing-has-this-name`)
  await page.waitForURL(/columns=/)
  await page.goto(`${product.plane.url}/runs`)
  await page.locator(`a[href="/runs/${first}"]`).waitFor()
  await table.getByRole('columnheader', { name: 'Work pool' }).waitFor()
})

test('a view is saved under a name, opened again from another list, and forgotten', async () => {
  await product.runToEnd('fails/fails')
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

test('everything that matches a filter is cancelled at once, also what is not on the screen, after it has said how many', async () => {
  const tagged = 130
  const ids = await Promise.all(Array.from({ length: tagged }, () => product.run('hello/waits')))
  const page = await signedIn('/runs?deployment=hello%2Fwaits&state=scheduled&state=pending')
  let asked = 0
  page.on('request', (sent) => (asked += sent.postData()?.includes('wrong parameters') ? 1 : 0))
  await page.locator('[data-row="0"]').waitFor()
  await page.getByLabel('Select all rows that are loaded').check()
  const bar = page.getByRole('toolbar', { name: 'Selected runs' })
  await bar.getByText('100 selected').waitFor()
  await bar.getByRole('button', { name: /^Select all \d+ that match$/ }).click()
  await bar.getByRole('button', { name: 'Cancel…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel(/^Reason/).fill('wrong parameters')
  await dialog.getByRole('button', { name: /^Cancel \d{3} runs$/ }).click()
  await page.getByText(/^\d{3} runs asked to stop\.$/).waitFor()
  await expect.poll(() => dialog.count()).toBe(0)
  // One operation of the control plane, not a request for each run.
  expect(asked).toBe(1)
  for (const id of [ids[0], ids[64], ids[tagged - 1]]) expect(await product.stateOf(id as string)).toBe('CANCELLED')
})

test('the list is used with the keyboard alone: to move, to select, to open, to search, to go elsewhere', async () => {
  await Promise.all([product.runToEnd('hello/hello'), product.runToEnd('hello/hello')])
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

test('the page of a run shows it live: states, log lines, task runs in time, then artifacts, parameters and history', async () => {
  const page = await signedIn()
  const id = await product.run('slow/slow', { steps: 6, seconds: 2 })
  await page.goto(`${product.plane.url}/runs/${id}`)
  await untilState(page, 'Running')
  const log = page.getByRole('log')
  await log.getByText('step 1 done').waitFor()
  await page.getByRole('option', { name: /step/ }).first().waitFor()
  await untilState(page, 'Completed')
  await log.getByText('step 6 done').waitFor()
  expect(await log.getByText('step 1 done').count()).toBe(1)

  await tab(page, /^Parameters/)
  await expect.poll(() => page.getByRole('tabpanel').textContent(), { timeout: PATIENCE }).toMatch(/"steps": 6/)
  await tab(page, /^States/)
  const states = page.getByRole('table', { name: 'States of the run' })
  for (const word of ['Scheduled', 'Pending', 'Running', 'Completed']) await states.getByText(word, { exact: true }).first().waitFor()
  await tab(page, /^Task runs/)
  await expect.poll(() => page.getByRole('table', { name: 'Task runs' }).getByRole('button').count(), { timeout: PATIENCE }).toBe(6)
  expect(new URL(page.url()).search).toContain('tab=')
  await page.reload()
  await page.getByRole('table', { name: 'Task runs' }).waitFor()
})

test('artifacts of a run are shown as tables and text', async () => {
  const id = await product.runToEnd('weather/weather')
  expect(await product.stateOf(id)).toBe('COMPLETED')
  const page = await signedIn(`/runs/${id}?tab=artifacts`)
  await page
    .getByRole('region', { name: /^Table/ })
    .first()
    .waitFor()
  expect(await page.getByRole('article').count()).toBeGreaterThan(1)
})

test('the logs are searched, and a task run in the timeline narrows them to its own', async () => {
  const id = await product.runToEnd('slow/slow', { steps: 3, seconds: 0 })
  const page = await signedIn(`/runs/${id}`)
  const log = page.getByRole('log')
  await log.getByText('step 3 done').waitFor()
  await page.getByLabel('Search the logs').fill('step 2')
  await expect.poll(() => log.getByText('step 3 done').count(), { timeout: PATIENCE }).toBe(0)
  await log.getByText('step 2 done').waitFor()
  await page.getByLabel('Search the logs').fill('')
  await log.getByText('step 3 done').waitFor()
})

test('a run that waits says why and what to do about it, is set aside, let go on, and ended by hand', async () => {
  const id = await product.run('hello/waits')
  const page = await signedIn(`/runs/${id}`)
  const why = page.getByRole('region', { name: 'Why it is waiting' })
  await why
    .getByText(/nobody/)
    .first()
    .waitFor()
  await why.getByText(/weir worker start/).waitFor()

  await page.keyboard.press('p')
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Pause the run' }).click()
  await untilState(page, 'Paused')
  await page.getByRole('button', { name: /^Resume…/ }).click()
  await dialog.getByRole('button', { name: 'Resume the run' }).click()
  await untilState(page, 'Resuming')
  await page.getByRole('button', { name: 'More that can be done' }).click()
  await page.getByRole('menuitem', { name: 'Set state…' }).click()
  await dialog.getByRole('radio', { name: 'Completed' }).check()
  await dialog.getByLabel(/^Reason/).fill('done by hand')
  await dialog.getByRole('button', { name: 'Set the state' }).click()
  await untilState(page, 'Completed')
  await tab(page, /^States/)
  await page.getByRole('table', { name: 'States of the run' }).getByText('done by hand').waitFor()
})

test('a run that asks shows a form of what it asks; what is wrong stands at its field, and the right answer lets it go on', async () => {
  const id = await product.run('approval/approval')
  const page = await signedIn(`/runs/${id}`)
  await untilState(page, 'Paused')
  const asks = page.getByRole('region', { name: 'What it asks' })
  await asks.getByRole('heading', { name: 'Pay 120 for invoice over 120?' }).waitFor()
  await asks.getByText(/The time to answer ends in/).waitFor()
  const limit = asks.getByRole('spinbutton', { name: /limit/ })
  expect(await limit.inputValue()).toBe('120')
  await limit.fill('99999')
  await asks.getByRole('button', { name: 'Resume' }).click()
  await asks.locator('[aria-invalid=true]').first().waitFor()
  await limit.fill('80')
  await asks.getByText('yes', { exact: true }).click()
  await asks.getByRole('button', { name: 'Resume' }).click()
  await untilState(page, 'Completed')
  await page.getByText('paid 80 for invoice over 120').waitFor()
})

test('a running run is cancelled from its page, after a question', async () => {
  const id = await product.run('slow/slow', { steps: 100, seconds: 1 })
  const page = await signedIn(`/runs/${id}`)
  await untilState(page, 'Running')
  await page.keyboard.press('c')
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Leave it' }).click()
  expect(await product.stateOf(id)).toBe('RUNNING')
  await page.getByRole('button', { name: /^Cancel…/ }).click()
  await dialog.getByLabel(/^Reason/).fill('by mistake')
  await dialog.getByRole('button', { name: 'Cancel the run' }).click()
  await untilState(page, 'Cancelled')
  await tab(page, /^States/)
  await page.getByRole('table', { name: 'States of the run' }).getByText('by mistake').first().waitFor()
  expect(await product.stateOf(id)).toBe('CANCELLED')
})

test('a failed run shows what failed and is retried from its page', async () => {
  const id = await product.runToEnd('fails/fails')
  const page = await signedIn(`/runs/${id}`)
  const box = page.getByRole('region', { name: 'Why it failed' })
  await box
    .getByText(/db\.invalid refused the connection/)
    .first()
    .waitFor()
  await page.getByRole('button', { name: /^Retry…/ }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Retry the run' }).click()
  await page.getByText('attempt 2', { exact: true }).waitFor()
  await untilState(page, 'Failed')
})

test('a run that does not exist, and an id that is none, are told as that', async () => {
  const page = await signedIn('/runs/01999999-9999-7999-8999-999999999999')
  await page.getByText(/No run of this workspace/).waitFor()
  await page.goto(`${product.plane.url}/runs/${encodeURIComponent('<img src=x onerror=alert(1)>')}`)
  await page.getByText(/^No run of this workspace has the id <img src=x/).waitFor()
})

test('a task run has a page of its own, with what each attempt logged and where its result went', async () => {
  const id = await product.runToEnd('fails/fails')
  const page = await signedIn(`/runs/${id}?tab=task-runs`)
  await page.getByRole('button', { name: 'connect-0' }).click()
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

test('an API key is made and shown once, works, is rotated, and opens nothing when it is revoked', async () => {
  const page = await signedIn('/api-keys')
  const opens = async (key: string) =>
    (
      await fetch(`${product.plane.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
        body: '{"query":"{ viewer { actor } }"}',
      })
    ).status
  const dialog = page.getByRole('dialog')
  const shown = dialog.getByRole('group', { name: 'The key' })
  await page.getByRole('button', { name: 'New key…' }).click()
  await dialog.getByLabel('What it is for').fill('ci')
  await dialog.getByRole('radio', { name: /^Viewer/ }).check()
  await dialog.getByRole('button', { name: 'Make the key' }).click()
  const first = (await shown.textContent()) as string
  expect(await opens(first)).toBe(200)
  await page.keyboard.press('Escape')
  await dialog.getByRole('button', { name: 'I have kept it' }).click()
  await expect.poll(() => dialog.count()).toBe(0)
  expect(await page.content()).not.toContain(first)

  await page.getByRole('button', { name: 'Rotate the key ci' }).first().click()
  await dialog.getByText('ends now').click()
  await dialog.getByRole('button', { name: 'Make the new key' }).click()
  const second = (await shown.textContent()) as string
  expect(second).not.toBe(first)
  await dialog.getByRole('button', { name: 'I have kept it' }).click()
  expect([await opens(first), await opens(second)]).toEqual([401, 200])

  await page.getByRole('button', { name: 'Revoke the key ci' }).click()
  await dialog.getByRole('button', { name: 'Revoke the key' }).click()
  await expect.poll(() => opens(second), { timeout: PATIENCE }).toBe(401)
  await page.getByText(/expired or revoked/).click()
  await expect
    .poll(() => page.getByRole('table', { name: 'Expired and revoked keys' }).getByText('ci', { exact: true }).count(), { timeout: PATIENCE })
    .toBe(2)
})

test('home says what needs somebody and how it went, and a part of the time that is chosen opens as a list', async () => {
  await Promise.all([product.runToEnd('fails/fails'), product.run('hello/waits')])
  const page = await signedIn('/?range=1h')
  const needs = page.getByRole('region', { name: 'Needs you' })
  await needs
    .getByRole('listitem')
    .filter({ hasText: 'fails/fails' })
    .getByText(/runs? failed/)
    .waitFor()
  await page.getByRole('table', { name: 'Work pools' }).getByRole('row').filter({ hasText: 'nobody' }).getByText('No worker').waitFor()
  const chart = page.getByRole('slider', { name: /^Runs over time/ })
  await expect.poll(() => chart.getAttribute('aria-valuemax')).toBe('59')
  await page.getByText('7 d', { exact: true }).click()
  await page.waitForURL('**/?range=7d')
  await expect.poll(() => chart.getAttribute('aria-valuemax'), { timeout: PATIENCE }).toBe('83')
  await chart.focus()
  await page.keyboard.press('Shift+ArrowLeft')
  await expect.poll(() => chart.getAttribute('aria-valuetext')).toMatch(/ to .*\d+ failed/)
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/runs\?started=/)
  await page.getByRole('row').filter({ hasText: 'Failed' }).first().waitFor()
  await page.keyboard.press('g')
  await page.keyboard.press('h')
  await page.getByRole('heading', { name: 'Home', exact: true }).waitFor()
})

test('a deployment is run from its page: what is wrong stands at its field, and the form and the JSON beside it are one', async () => {
  const page = await signedIn('/deployments')
  await page.getByRole('link', { name: 'slow / slow' }).click()
  await page.getByRole('heading', { name: 'slow / slow' }).waitFor()
  await page.keyboard.press('r')
  const dialog = page.getByRole('dialog')
  const steps = dialog.getByLabel(/^steps/)
  const json = dialog.getByLabel('As JSON', { exact: true })
  await steps.fill('5000')
  await expect.poll(() => json.inputValue()).toContain('"steps": 5000')
  await dialog.getByRole('button', { name: 'Run', exact: true }).click()
  await expect.poll(() => steps.getAttribute('aria-invalid'), { timeout: PATIENCE }).toBe('true')
  const about = await steps.getAttribute('aria-describedby')
  expect(await dialog.locator(`#${about}`).textContent()).toContain('maximum 1000')

  await json.fill('{ "steps": 1, "seconds": ')
  await dialog.getByText(/This is no JSON object/).waitFor()
  await json.fill('{ "steps": 1, "seconds": 0 }')
  expect(await steps.inputValue()).toBe('1')
  await dialog.getByRole('button', { name: 'Run', exact: true }).click()
  await untilState(page, 'Completed')
  await tab(page, /^Parameters/)
  await expect
    .poll(() => page.getByRole('tabpanel').textContent(), { timeout: PATIENCE })
    .toMatch(/"steps": 1,.*"seconds": 0|"seconds": 0,.*"steps": 1/s)
})

test('a deployment is paused after a question, and resumed', async () => {
  const page = await signedIn('/deployments')
  await page.getByRole('link', { name: 'fails / fails' }).click()
  await page.getByRole('button', { name: 'Pause…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Pause the deployment' }).click()
  await page.getByRole('status').getByText('Paused', { exact: true }).waitFor()
  const waiting = await product.run('fails/fails')
  expect(await product.stateOf(waiting)).toBe('SCHEDULED')
  await page.getByRole('button', { name: 'Resume' }).click()
  await expect.poll(() => product.stateOf(waiting), { timeout: PATIENCE }).toBe('FAILED')
})

test('a schedule is made on the page of its deployment, which says in words and instants what is typed, and is deleted there', async () => {
  const page = await signedIn('/deployments')
  await page.getByRole('link', { name: 'hello / hello' }).click()
  await tab(page, /^Schedules/)
  await page.getByRole('button', { name: 'New schedule…' }).click()
  const dialog = page.getByRole('dialog')
  const preview = dialog.getByRole('status', { name: 'What it does' })
  await dialog.getByLabel(/^Cron/).fill('0 9 1 1')
  await preview.getByText(/^cron: /).waitFor()
  await dialog.getByLabel(/^Cron/).fill('0 9 1 1 *')
  await dialog.getByLabel('Time zone').fill('Asia/Tokyo')
  await preview.getByText('on the 1st of the month in January at 09:00, Asia/Tokyo').waitFor()
  await expect.poll(() => preview.getByRole('row').count()).toBe(11)
  await dialog.getByRole('button', { name: 'Make the schedule' }).click()
  const schedule = page.getByRole('region', { name: /^On the 1st of the month in January/ })
  await expect.poll(() => schedule.getByRole('row').count(), { timeout: PATIENCE }).toBe(11)
  await schedule.getByRole('button', { name: 'Delete…' }).click()
  await dialog.getByRole('button', { name: 'Delete the schedule' }).click()
  await page.getByText('No schedules').waitFor()
})

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

  const worker = product.startWorker('browser-made', 'visitor')
  onTestFinished(() => worker.stop(2000))
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

test('the palette goes to a thing by its name or its id, and does what the page at hand can do', async () => {
  const id = await product.runToEnd('hello/hello')
  const page = await signedIn()
  const palette = page.getByRole('dialog', { name: 'Go to, run, paste an id' })
  const ask = async (text: string, option: RegExp) => {
    await page.keyboard.press('Control+k')
    await palette.getByRole('combobox').fill(text)
    await palette.getByRole('option', { name: option }).first().click()
  }
  await ask(id, /^Flow run/)
  await page.waitForURL(`**/runs/${id}`)
  await untilState(page, 'Completed')
  await ask('nobody', /^nobody$/)
  await page.waitForURL('**/work-pools/*')
  await ask('hello/hel', /^hello\/hello$/)
  await page.waitForURL('**/deployments/*')
  const { pathname } = new URL(page.url())
  await page.keyboard.press('g')
  await page.keyboard.press('h')
  await page.getByRole('heading', { name: 'Home', exact: true }).waitFor()
  await ask(pathname.split('/').at(-1) as string, /^Deployment hello\/hello$/)
  await page.waitForURL(`**${pathname}`)
  await page.getByRole('heading', { name: 'hello / hello' }).waitFor()
  await ask('pause this', /^Pause this deployment/)
  await page.getByRole('dialog').getByRole('button', { name: 'Leave it' }).click()
})

test('a pool and a run that nobody needs are deleted after a question, which says why when they cannot be', async () => {
  const id = await product.runToEnd('hello/hello')
  const page = await signedIn(`/runs/${id}?tab=details`)
  await page.getByRole('button', { name: 'Delete this run…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete the run' }).click()
  await page.waitForURL('**/runs')
  await page.goto(`${product.plane.url}/runs/${id}`)
  await page.getByText(/No run of this workspace/).waitFor()

  await page.goto(`${product.plane.url}/work-pools`)
  await page.getByRole('link', { name: 'nobody', exact: true }).click()
  await page.getByRole('button', { name: 'Delete…', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Delete the pool' }).click()
  await dialog
    .getByRole('alert')
    .getByText(/hello\/waits|deployment/)
    .waitFor()
})

test('who signs out is out, here and in another tab of the browser', async () => {
  const page = await signedIn()
  const other = await page.context().newPage()
  await other.goto(`${product.plane.url}/deployments`)
  await other.getByRole('heading', { name: 'Deployments', exact: true }).waitFor({ timeout: PATIENCE })

  await page.getByRole('button', { name: 'You, theme, keys' }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Sign in to Weir' }).waitFor()
  expect(await page.context().cookies()).toEqual([])
  await other.reload()
  await other.getByRole('heading', { name: 'Sign in to Weir' }).waitFor({ timeout: PATIENCE })
})
