/** Every example runs by itself, as examples/README.md says: `node examples/NAME/flow.ts` with the built package, and nobody to report to. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import { runFlow } from 'weirflow/testing'
import { ship } from '../../examples/events/flow.ts'

const EXAMPLES = join(import.meta.dirname, '..', '..', 'examples')
const home = mkdtempSync(join(tmpdir(), 'weir-examples-'))
const running = new Set<ChildProcess>()

afterAll(() => {
  for (const child of running) child.kill('SIGKILL')
  rmSync(home, { recursive: true })
})

interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

/** With `until` it is interrupted, once, when stderr has shown that text. */
function runExample(name: string, words: string[] = [], { until, env = {} }: { until?: string; env?: Record<string, string> } = {}): Promise<Ended> {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([key]) => !key.startsWith('WEIR_')))
  const child = spawn(process.execPath, [join(EXAMPLES, name, 'flow.ts'), ...words], {
    env: { ...inherited, NODE_OPTIONS: '', NO_COLOR: '1', WEIR_HOME: home, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  const ended: Ended = { code: null, stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => {
    ended.stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    const hadIt = until === undefined || ended.stderr.includes(until)
    ended.stderr += chunk
    if (!hadIt && ended.stderr.includes(until)) child.kill('SIGINT')
  })
  return new Promise((resolve) =>
    child.on('close', (code) => {
      running.delete(child)
      resolve({ ...ended, code })
    }),
  )
}

test('there is a test for every example', () => {
  // `integrator` is a client of the API: test/api/integrator.worker.test.ts.
  const folders = readdirSync(EXAMPLES, { withFileTypes: true }).filter((entry) => entry.isDirectory() && entry.name !== 'node_modules')
  // `background-tasks` needs somebody who runs them: test/e2e/children.test.ts. `serve` needs somebody who asks: test/e2e/deployments.test.ts.
  expect(folders.map(({ name }) => name).sort()).toEqual([
    'approval',
    'background-tasks',
    'branching',
    'caching',
    'durable',
    'environments',
    'etl',
    'events',
    'fails',
    'fan-out',
    'hello',
    'integrator',
    'link-check',
    'notify',
    'rate-limit',
    'results',
    'secrets',
    'serve',
    'slow',
    'subflows',
    'testing',
    'threads',
    'transaction',
    'two-pools',
    'weather',
  ])
})

test('hello greets the world, or whom it is told, and says that nobody tracks it', async () => {
  const { code, stdout, stderr } = await runExample('hello')
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'Hello, world!\n' })
  expect(stderr).toContain('not tracked: no control plane is configured')
  expect(stderr).toContain('Hello, world!')
  expect(await runExample('hello', ['Ada'])).toMatchObject({ code: 0, stdout: 'Hello, Ada!\n' })
})

test('fan-out adds up the squares of all its tasks, and refuses a number that its schema does not allow', async () => {
  const { code, stdout, stderr } = await runExample('fan-out')
  expect({ code, stdout }).toEqual({ code: 0, stdout: '328350\n' })
  expect(stderr).toContain('sum of 100 squares: 328350')
  const refused = await runExample('fan-out', ['0'])
  expect(refused).toMatchObject({ code: 1, stdout: '' })
  expect(refused.stderr).toContain('count')
})

test('approval says what it needs to be answered: a control plane', async () => {
  const { code, stderr } = await runExample('approval')
  expect({ code, said: stderr.includes('pause() was called in a run that nobody can resume') }, stderr).toEqual({ code: 1, said: true })
})

test('durable fails halfway, and its second attempt runs nothing again', async () => {
  const { code, stdout, stderr } = await runExample('durable')
  expect({ code, stdout }, stderr).toEqual({ code: 0, stdout: '1700 rows\n' })
  expect(stderr).toContain('the network went away')
})

test('slow goes step by step, and Ctrl-C ends it in the middle of a step', async () => {
  expect(await runExample('slow', ['1'])).toMatchObject({ code: 0, stdout: '1\n', stderr: expect.stringContaining('step 1 done') })
  const cancelled = await runExample('slow', ['1000'], { until: 'step 1 done' })
  expect(cancelled).toMatchObject({ code: 1, stdout: '' })
  expect(cancelled.stderr).toContain('interrupted from the terminal')
  expect(cancelled.stderr).not.toContain('step 3 done')
})

test('events tells of an order as it happens, the last event following from the first', async () => {
  expect(await runExample('events')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^order\.shipped is event [0-9a-f-]{36}\n$/) })
  const run = await runFlow(ship, {})
  expect(run.events.map(({ name, resource, payload }) => [name, resource.id, payload])).toEqual([
    ['order.made', 'order.4711', {}],
    ['order.packed', 'order.4711', { items: ['pen', 'paper', 'ink'] }],
    ['order.shipped', 'order.4711', { parcels: 2 }],
  ])
  expect(run.events[2]?.follows).toBe(run.events[0]?.eventId)
})

test('fails tries three times, never starts the task that needed the result, and its hook has the last word', async () => {
  const { code, stdout, stderr } = await runExample('fails')
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'Failed\n' })
  expect(stderr.split('connecting to db.invalid').length - 1).toBe(3)
  expect(stderr).toContain('load-0 was not started')
  expect(stderr.trimEnd().split('\n').at(-1)).toMatch(/ended Failed/)
})

test('rate-limit reads every page, coming back when it is told to, and says that nobody limits it here', async () => {
  const { code, stdout, stderr } = await runExample('rate-limit')
  expect({ code, stdout }, stderr).toEqual({ code: 0, stdout: '{ orders: 60, total: 1260 }\n' })
  expect(stderr).toContain('too many requests')
  expect(stderr.split('holds nobody back: no control plane is configured').length - 1).toBe(1)
})

test('subflows calls its subflows in one process, with nobody to ask for another', async () => {
  const { code, stdout, stderr } = await runExample('subflows')
  expect({ code, stdout }, stderr).toEqual({ code: 0, stdout: '9\n' })
  for (const city of ['Oslo: 4', 'Porto: 5']) expect(stderr).toContain(`report of ${city} letters`)
})

test('etl comes again when it is told to, and a second run transforms nothing again', async () => {
  const folder = join(home, 'etl')
  const { code, stdout, stderr } = await runExample('etl', [folder])
  expect(code, stderr).toBe(0)
  expect(stdout).toContain('rows: 6')
  expect(stderr).toContain('429: too many requests; again in 200 ms')
  expect(stderr.split('transforming').length - 1).toBe(3)
  expect(readFileSync(join(folder, 'sales.jsonl'), 'utf8').split('\n')[0]).toBe('{"day":"2026-01-01","shop":"north","amount":1.1}')
  const again = await runExample('etl', [folder])
  expect(again.stdout).toContain('rows: 6')
  expect(again.stderr).not.toContain('transforming')
})

test('branching takes the branch that fits, skips without rows, and takes back what its check refuses', async () => {
  const [some, none, refused] = await Promise.all([
    runExample('branching', ['7']),
    runExample('branching', ['0']),
    runExample('branching', ['13', 'full']),
  ])
  expect(some.stdout).toBe('Completed: 7 changed rows\n')
  expect(none.stdout).toBe('Skipped: nothing\n')
  expect(refused.stdout).toMatch(/^Failed: .*all 13 rows: that is no number to load/)
  expect(refused.stderr).toContain('taking back all 13 rows')
})

test('notify tells the webhook of a failure, once, and of no success', async () => {
  const [failed, completed] = await Promise.all([runExample('notify'), runExample('notify', ['2'])])
  expect(failed.stdout).toBe('received: :red_circle: *nightly* Failed: nightly of -1\n>RangeError: -1 rows cannot be imported\n')
  expect(completed.stdout).toBe('')
})

test('environments and two-pools run here, with nobody to ask', async () => {
  const [development, pools] = await Promise.all([runExample('environments'), runExample('two-pools')])
  expect(development.stdout).toBe('development: 3 orders would be written\n')
  expect(pools).toMatchObject({ code: 0, stdout: '3\n', stderr: expect.stringContaining('published "The season"') })
})

test('link-check tells the quickest first, and what is broken; results keeps a file and reads it back; testing passes its own tests', async () => {
  const tests = promisify(execFile)(process.execPath, ['--test', join(EXAMPLES, 'testing', 'flow.test.ts')], {
    env: { ...process.env, NODE_OPTIONS: '' },
  })
  const [links, exported, { stdout }] = await Promise.all([runExample('link-check'), runExample('results', [join(home, 'exports')]), tests])
  expect(links, links.stderr).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/links: 4,[\s\S]*gone is 404[\s\S]*down answered 503 \(attempt 2\)/),
  })
  expect(links.stderr).toMatch(/access +url=http:\S+ +status=404/)
  expect(exported).toMatchObject({ code: 0, stdout: '50000 orders, 247500 in all; the last is 50000; true\n' })
  const values = readdirSync(join(home, 'exports', 'runs'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  // As it is, for whoever opens it: header and rows.
  expect(values.some((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8').includes('id,amount\n1,0.1\n'))).toBe(true)
  expect(stdout).toMatch(/pass 5[\s\S]*fail 0/)
})

test('threads counts primes in worker threads', async () => {
  expect(await runExample('threads', ['10000'])).toMatchObject({ code: 0, stdout: '1229\n', stderr: expect.stringContaining('count-primes-7') })
})

test('secrets shows nothing of its token in what it says, and tells how to give it one', async () => {
  const token = 'tok-0123456789-abc'
  const told = await runExample('secrets', [], { env: { WEIR_SECRET_API_TOKEN: token } })
  expect(told).toMatchObject({ code: 0, stdout: `how many? 42, says the API to a token of ${token.length} characters\n` })
  expect(told.stderr).toContain('asking with ********')
  expect(told.stderr).not.toContain('0123456789')
  expect(told.stderr).not.toContain(Buffer.from(token).toString('base64').slice(4, 16))
  const without = await runExample('secrets')
  expect(without).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('WEIR_SECRET_API_TOKEN is not set') })
})

test('weather reads its data, gets over the flaky station, and finds the warmest year', async () => {
  const { code, stdout, stderr } = await runExample('weather')
  expect(code, stderr).toBe(0)
  expect(stdout).toContain("city: 'New York'")
  expect(stdout).toContain('year: 2012')
  expect(stdout).toContain('mean: 13.9')
  expect(stderr).toContain('read 2922 rows')
  expect(stderr.split('station KNYC did not answer').length - 1).toBe(1)
})

test('caching computes each seed once, and in a second run none', async () => {
  const first = await runExample('caching')
  expect({ code: first.code, stdout: first.stdout }, first.stderr).toEqual({
    code: 0,
    stdout: '1: 0.495 Completed\n2: 0.495 Completed\n1: 0.495 Cached\n',
  })
  const second = await runExample('caching')
  expect(second.stdout).toBe('1: 0.495 Cached\n2: 0.495 Cached\n1: 0.495 Cached\n')
  expect(second.stderr).not.toContain('simulating')
})

test('transaction leaves no file behind when its check fails, and both when it does not', async () => {
  const { code, stdout, stderr } = await runExample('transaction')
  expect({ code, stdout }, stderr).toEqual({ code: 0, stdout: "with a bad row: []\nwithout: [ 'rows.txt', 'sum.txt' ]\n" })
  expect(stderr).toMatch(/sum.txt is removed again[\s\S]*rows.txt is removed again[\s\S]*nothing is published: 1 rows are negative/)
})
