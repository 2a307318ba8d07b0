/** Every page at three widths and in both themes: nothing is wider than the window, and axe finds nothing where there is something new to find. */
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import type { BrowserContext, Page } from '@playwright/test'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { newId } from '../../core/ids.ts'
import { ask, openBrowser, plane, run, runToEnd, signIn } from '../support/browser-product.ts'

const AXE = readFileSync(createRequire(createRequire(import.meta.url).resolve('@axe-core/playwright')).resolve('axe-core/axe.min.js'), 'utf8')

let context: BrowserContext
let page: Page
const runs: Record<string, string> = {}

beforeAll(async () => {
  const [weather, failed, waiting] = await Promise.all([runToEnd('weather/weather'), runToEnd('fails/fails'), run('hello/waits')])
  Object.assign(runs, { weather, failed, waiting })
  context = await (await openBrowser()).newContext({ bypassCSP: true, reducedMotion: 'reduce' }) // axe is a script of ours, not of the page
  page = await signIn(context)
})
afterAll(() => context?.close())

/** Takes things away with their test, by their ids and the mutations that delete them: the pages of other tests begin empty. */
const removeLater = (things: Record<string, string>) =>
  onTestFinished(async () => {
    for (const [id, verb] of Object.entries(things)) await ask(`mutation ($id: ID!) { ${verb}(input: { id: $id }) { __typename } }`, { id })
  })

const WIDTHS = [1440, 1024, 390]
const THEMES = ['light', 'dark'] as const

interface Violation {
  id: string
  nodes: { target: string[]; failureSummary: string }[]
}

const EVERYTHING = { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }
const COLOURS = { type: 'rule', values: ['color-contrast', 'link-in-text-block'] }

/** What axe has against what is shown now, a line each. */
async function violations(shown: Page, runOnly = EVERYTHING): Promise<string[]> {
  await shown.evaluate(AXE)
  const options = JSON.stringify({ runOnly, resultTypes: ['violations'] })
  const found = (await shown.evaluate(`axe.run(document, ${options}).then((result) => result.violations)`)) as Violation[]
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} ${target.join(' ')}: ${failureSummary.replace(/\s+/g, ' ')}`),
  )
}

/**
 * Looks at one page in every width and theme. `ready` is what must be there before it is judged. Axe takes a second to look at everything: what differs between
 * widths is what there is, most of all between the ends, and between themes colours, all of which the widest shows.
 */
async function judge(shown: Page, path: string, ready: (shown: Page) => Promise<unknown>, widths = WIDTHS): Promise<void> {
  const found: string[] = []
  await shown.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  await shown.goto(`${plane.url}${path}`)
  for (const theme of THEMES) {
    // An open page follows the system, so it need not be opened twice.
    await shown.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    for (const [at, width] of widths.entries()) {
      await shown.setViewportSize({ width, height: 900 })
      await ready(shown)
      await expect.poll(() => shown.evaluate('document.documentElement.dataset.theme'), { timeout: 5000 }).toBe(theme)
      // What follows the width of the window has done so.
      await expect
        .poll(() => shown.evaluate('document.documentElement.scrollWidth - innerWidth'), { timeout: 5000, message: `${path} at ${width} px` })
        .toBeLessThanOrEqual(0)
      const rules = theme === 'light' ? EVERYTHING : COLOURS
      if (at === 0 || (at === widths.length - 1 && theme === 'light'))
        found.push(...(await violations(shown, rules)).map((line) => `${width} ${theme}: ${line}`))
    }
  }
  expect(found).toEqual([])
}

const text = (words: string | RegExp) => (shown: Page) => shown.getByText(words).first().waitFor()

test('home', () => judge(page, '/', (shown) => shown.getByRole('region', { name: 'Needs you' }).getByRole('listitem').first().waitFor()))
test('the list of runs', () => judge(page, '/runs', (shown) => shown.locator('[data-row="1"]').waitFor()))
test('the list of runs that match nothing', () => judge(page, '/runs?flow=nothing', text('No run matches')))
test('deployments', () => judge(page, '/deployments', text('weather')))
test('a deployment, and the form that runs it', async () => {
  const { deployment } = await ask<{ deployment: { uuid: string } }>('{ deployment(name: "weather/weather") { uuid } }')
  await ask('mutation ($input: CreateScheduleInput!) { createSchedule(input: $input) { __typename } }', {
    input: { deploymentName: 'weather/weather', schedule: { cron: '0 9 1 1 *', timezone: 'Asia/Tokyo' } },
  })
  await judge(page, `/deployments/${deployment.uuid}`, (shown) => shown.getByRole('table', { name: 'Runs of the deployment' }).waitFor())
  for (const part of [/^Parameters/, /^Versions/, /^Configuration/, /^Schedules/]) {
    await page.getByRole('tab', { name: part }).click()
    await page.getByRole('tabpanel', { name: part }).waitFor()
    if (part.test('Schedules')) await page.getByRole('region', { name: /Asia/ }).waitFor()
    expect(await violations(page), String(part)).toEqual([])
  }
  await page.keyboard.press('r')
  await page.getByRole('dialog').getByLabel('As JSON', { exact: true }).waitFor()
  expect(await violations(page)).toEqual([])
})
test('a task run', async () => {
  const { flowRun } = await ask<{ flowRun: { taskRuns: { nodes: { id: string }[] } } }>(
    'query ($id: ID!) { flowRun(id: $id) { taskRuns(first: 1) { nodes { id } } } }',
    { id: runs['failed'] },
  )
  await judge(page, `/task-runs/${flowRun.taskRuns.nodes[0]?.id}`, (shown) => shown.getByRole('region', { name: 'Log of attempt 1' }).waitFor())
})
test('API keys, and the form that makes one', async () => {
  await judge(page, '/api-keys', (shown) => shown.getByRole('table', { name: 'API keys' }).waitFor())
  await page.keyboard.press('c')
  await page.getByRole('dialog').waitFor()
  expect(await violations(page)).toEqual([])
})
test('flows, variables, concurrency limits, a service account and the audit, and the forms of a variable and an account', async () => {
  const { setVariable } = await ask<{ setVariable: { variable: { id: string } } }>(
    'mutation { setVariable(input: { name: "zones", value: ["eu-west"], tags: ["infra"] }) { ... on SetVariableSuccess { variable { id } } } }',
  )
  const { createServiceAccount } = await ask<{ createServiceAccount: { serviceAccount: { id: string; uuid: string } } }>(
    'mutation { createServiceAccount(input: { name: "robots", role: EDITOR }) { ... on CreateServiceAccountSuccess { serviceAccount { id uuid } } } }',
  )
  const { id: serviceAccountId, uuid } = createServiceAccount.serviceAccount
  await ask('mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { __typename } }', {
    input: { name: 'welding', serviceAccountId },
  })
  const ends = [1440, 390]
  await judge(page, '/flows', text('weather'), ends)
  await judge(page, '/audit', text('service-accounts:create'), ends)
  await judge(page, `/service-accounts/${uuid}`, text('welding'), ends)
  await page.keyboard.press('e')
  await page.getByRole('dialog').waitFor()
  expect(await violations(page)).toEqual([])
  const { made } = await ask<{ made: { concurrencyLimit: { uuid: string } } }>(
    'mutation { made: createConcurrencyLimit(input: { name: "printer", limit: 1 }) { ... on CreateConcurrencyLimitSuccess { concurrencyLimit { uuid } } } }',
  )
  removeLater({
    [setVariable.variable.id]: 'deleteVariable',
    [serviceAccountId]: 'deleteServiceAccount',
    [made.concurrencyLimit.uuid]: 'deleteConcurrencyLimit',
  })
  const wish = (holder: string) => ({ id: newId(), names: ['printer'], slots: 1, mode: 'slots', flowRunId: null, taskRunId: null, holder })
  await fetch(`${plane.url}/concurrency`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${plane.adminKey}` },
    body: JSON.stringify({ release: [], renew: [], acquire: [wish('report.ts'), wish('import.ts')] }),
  })
  await judge(page, '/concurrency-limits', text('printer'), ends)
  await judge(page, `/concurrency-limits/${made.concurrencyLimit.uuid}`, text('report.ts'), ends)
  await judge(page, '/variables', text('zones'), ends)
  await page.keyboard.press('c')
  await page.getByRole('dialog').waitFor()
  expect(await violations(page)).toEqual([])
})
test('blocks, and the form that makes one', async () => {
  const { s, w } = await ask<{ s: { block: { id: string } }; w: { block: { id: string } } }>(
    `mutation ($schema: JSONSchema!, $secret: JSON!, $warehouse: JSON!) {
      t: registerBlockType(input: { slug: "warehouse", description: "Where the reports lie.", schema: $schema }) { __typename }
      s: saveBlock(input: { type: "secret", name: "deploy-token", data: $secret }) { ... on SaveBlockSuccess { block { id } } }
      w: saveBlock(input: { type: "warehouse", name: "main", data: $warehouse }) { ... on SaveBlockSuccess { block { id } } }
    }`,
    {
      schema: {
        type: 'object',
        properties: {
          host: { type: 'string', title: 'Host', description: 'Name or address.' },
          port: { type: 'integer', default: 5432, minimum: 1 },
          password: { type: 'string', minLength: 8, writeOnly: true },
          isReadOnly: { type: 'boolean' },
        },
        required: ['host', 'password'],
      },
      secret: { value: 'long-enough' },
      warehouse: { host: 'db.internal', port: 5432, password: 'long-enough' },
    },
  )
  removeLater({ [s.block.id]: 'deleteBlock', [w.block.id]: 'deleteBlock' })
  await judge(page, '/blocks', text('db.internal'), [1440, 390])
  await page.getByRole('button', { name: 'Change warehouse/main' }).click()
  await page
    .getByRole('dialog')
    .getByLabel(/^password/)
    .waitFor()
  expect(await violations(page)).toEqual([])
})
test('the API explorer', () => judge(page, '/graphql', (shown) => shown.getByRole('heading', { name: 'Query', exact: true }).waitFor()))
test('work pools', () => judge(page, '/work-pools', text('nobody')))
test('a work pool, and the form that makes a queue', async () => {
  const { workPool } = await ask<{ workPool: { uuid: string } }>('{ workPool(name: "nobody") { uuid } }')
  await judge(page, `/work-pools/${workPool.uuid}`, (shown) => shown.getByRole('table', { name: 'Runs that wait' }).waitFor())
  await page.getByRole('button', { name: 'New queue…' }).click()
  await page.getByRole('dialog').waitFor()
  expect(await violations(page)).toEqual([])
})
test.each(['timeline', 'task-runs', 'artifacts', 'parameters', 'states', 'details'])('the page of a completed run: %s', (tab) =>
  judge(page, `/runs/${runs['weather']}?tab=${tab}`, (shown) => shown.getByRole('tabpanel').waitFor()),
)
test('the page of a failed run', () =>
  judge(page, `/runs/${runs['failed']}`, (shown) => shown.getByRole('region', { name: 'Why it failed' }).waitFor()))
test('the page of a run that waits', () =>
  judge(page, `/runs/${runs['waiting']}`, (shown) => shown.getByRole('region', { name: 'Why it is waiting' }).waitFor()))
test('a run that is not there', () => judge(page, '/runs/01999999-9999-7999-8999-999999999999', text(/No run of this workspace/)))
test('a page that is not there', () => judge(page, '/nowhere', (shown) => shown.getByRole('heading').first().waitFor()))

test('signing in', async () => {
  const stranger = await (await openBrowser()).newContext({ bypassCSP: true, reducedMotion: 'reduce' })
  await judge(await stranger.newPage(), '/runs', (shown) => shown.getByRole('heading', { name: 'Sign in to Weir' }).waitFor())
  await stranger.close()
})

test('the palette of commands', async () => {
  await page.goto(`${plane.url}/runs`)
  await page.locator('[data-row="1"]').waitFor()
  await page.keyboard.press('Control+k')
  await page.getByRole('dialog').waitFor()
  expect(await violations(page)).toEqual([])
})
