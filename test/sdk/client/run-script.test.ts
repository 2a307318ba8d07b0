import { readFileSync, statSync } from 'node:fs'
import { expect, test } from 'vitest'
import { spoolsOf } from '../../../sdk/client/settings.ts'
import { watchLeftSpools } from '../../../sdk/worker/left-spools.ts'
import { startReportsServer } from '../support/reports-server.ts'
import { makeScriptHome } from '../support/script.ts'

const HELLO = `
import { flow, task, logger } from 'weirflow'
const greet = task({ name: 'greet' }, async (name: string) => { logger().info('greeting'); return 'Hello ' + name })
const hello = flow({ name: 'hello', version: '7', tags: ['t'] }, async ({ name }: { name: string }) => greet(name))
console.log(await hello({ name: 'Ada' }))
`
const SLOW = `
import { flow, logger } from 'weirflow'
const slow = flow({ name: 'slow' }, async (_: object, { signal }) => {
  for (let n = 0; !signal.aborted; n++) { logger().info('tick ' + n); await new Promise((resolve) => setTimeout(resolve, 50)) }
  signal.throwIfAborted()
})
await slow({}).catch((error) => console.log(error.code))
`
const ASKING = `
import { flow, secrets } from 'weirflow'
const asking = flow({ name: 'asking' }, async () => secrets.get('token').catch(() => 'not loaded'))
console.log(await asking())
setImmediate(() => console.log(JSON.stringify(process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout'))))
`

test('without a control plane a flow runs all the same and says in one line that it is not tracked', async () => {
  using home = makeScriptHome()
  const { code, stdout, stderr } = await home.start(HELLO).exited
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'Hello Ada\n' })
  expect(stderr.split('\n').filter((line) => line.startsWith('weir:'))).toEqual([
    'weir: not tracked: no control plane is configured (start one with "weir server start", or set WEIR_API_URL)',
  ])
  expect(home.spools()).toEqual([])
})

test('with one, the first report creates the run with the API key, and the next ones use its own token', async () => {
  await using record = await startReportsServer()
  using home = makeScriptHome()
  const { code, stderr } = await home.start(HELLO, { WEIR_API_URL: record.url, WEIR_API_KEY: 'weir_key' }).exited
  expect(code).toBe(0)
  const [first] = record.stored
  expect(first).toMatchObject({ n: 1, epoch: 1, creation: { flowName: 'hello', flowVersion: '7', parameters: { name: 'Ada' }, tags: ['t'] } })
  expect(first?.stateId).toBe(record.states()[0]?.id)
  expect(record.states().map(({ name }) => name)).toEqual(['Running', 'Completed'])
  expect(record.requests[0]?.authorization).toBe('Bearer weir_key')
  expect(record.requests.slice(1).every(({ authorization }) => authorization === 'Bearer run-token')).toBe(true)
  expect(stderr).toContain(`${record.url}/flow-runs/${first?.flowRunId}`)
  expect(home.spools()).toEqual([])
})

test('a script that asked for a secret ends when its flow has ended', async () => {
  await using record = await startReportsServer()
  using home = makeScriptHome()
  const { code, stdout } = await home.start(ASKING, { WEIR_API_URL: record.url, WEIR_API_KEY: 'k' }).exited
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'not loaded\n[]\n' })
})

test('while the API is away the run goes on and its record waits on disk, for its owner alone; the next run delivers it', async () => {
  await using record = await startReportsServer()
  await record.close()
  using home = makeScriptHome()
  const away = await home.start(HELLO, { WEIR_API_URL: record.url, WEIR_API_KEY: 'k' }).exited
  expect({ code: away.code, stdout: away.stdout }).toEqual({ code: 0, stdout: 'Hello Ada\n' })
  expect(away.stderr).toContain('cannot be reached')
  const [spool] = home.spools()
  expect(statSync(spool as string).mode & 0o777).toBe(0o600)
  await record.open()
  expect((await home.start(HELLO, { WEIR_API_URL: record.url, WEIR_API_KEY: 'k' }).exited).code).toBe(0)
  expect(home.spools()).toEqual([])
  const runs = new Set(record.stored.map(({ flowRunId }) => flowRunId))
  expect(runs.size).toBe(2)
  expect(record.states().filter(({ type }) => type === 'COMPLETED')).toHaveLength(2)
})

test('the worker of the same home, whose key may not create runs, leaves such a record to the next script', async () => {
  await using record = await startReportsServer()
  await record.close()
  using home = makeScriptHome()
  await home.start(HELLO, { WEIR_API_URL: record.url, WEIR_API_KEY: 'k' }).exited
  await record.open()
  const spools = watchLeftSpools({ folder: spoolsOf(home.home), apiUrl: record.url, isHeld: () => false, onDelivered: () => {} })
  await spools.deliverAll()
  spools.close()
  expect(record.requests).toEqual([])
  expect(home.spools()).toHaveLength(1)
})

test('what a killed run had spooled is delivered by the next one', async () => {
  await using record = await startReportsServer()
  await record.close()
  using home = makeScriptHome()
  const killed = home.start(SLOW, { WEIR_API_URL: record.url, WEIR_API_KEY: 'k' })
  await killed.said('tick 40')
  killed.process.kill('SIGKILL')
  await killed.exited
  expect(readFileSync(home.spools()[0] as string, 'utf8')).toContain('tick 1')
  await record.open()
  await home.start(HELLO, { WEIR_API_URL: record.url, WEIR_API_KEY: 'k' }).exited
  const lines = record.facts().flatMap((fact) => (fact.kind === 'logs' ? fact.lines.map(({ message }) => message) : []))
  expect(lines).toContain('tick 0')
  expect(lines).toContain('tick 1')
  expect(home.spools()).toEqual([])
})

test('a run whose record goes away in between loses nothing and repeats nothing', async () => {
  await using record = await startReportsServer()
  using home = makeScriptHome()
  const script = home.start(
    `
import { flow, logger } from 'weirflow'
import { existsSync } from 'node:fs'
const counts = flow({ name: 'counts' }, async () => {
  for (let n = 0; !existsSync(process.env.END!); n++) { logger().info('tick ' + n); await new Promise((resolve) => setTimeout(resolve, 20)) }
})
await counts()
`,
    { WEIR_API_URL: record.url, WEIR_API_KEY: 'k', END: `${home.home}/end` },
  )
  await record.until(() => record.stored.length > 0)
  await record.close()
  await script.said('cannot be reached')
  await script.said('tick 100')
  await record.open()
  const before = record.stored.length
  // The second one is sent when the first was answered: then the script knows that it is heard again.
  await record.until(() => record.stored.length > before + 1)
  const { writeFileSync } = await import('node:fs')
  writeFileSync(`${home.home}/end`, '')
  await script.exited
  const ticks = record
    .facts()
    .flatMap((fact) => (fact.kind === 'logs' ? fact.lines.map(({ message }) => message) : []))
    .filter((message) => message.startsWith('tick'))
  expect(ticks).toEqual(ticks.map((_, at) => `tick ${at}`))
  expect(record.states().at(-1)?.type).toBe('COMPLETED')
  expect(home.spools()).toEqual([])
})

test('a cancel directive in an answer aborts the run, which ends CANCELLED', async () => {
  await using record = await startReportsServer()
  using home = makeScriptHome()
  const script = home.start(SLOW, { WEIR_API_URL: record.url, WEIR_API_KEY: 'k' })
  await script.said('tick 2')
  record.directives = [{ kind: 'cancel' }]
  expect((await script.exited).stdout).toBe('run_cancelled\n')
  expect(record.states().at(-1)?.type).toBe('CANCELLED')
})

test('a stop directive ends the run without another report', async () => {
  await using record = await startReportsServer()
  using home = makeScriptHome()
  const script = home.start(SLOW, { WEIR_API_URL: record.url, WEIR_API_KEY: 'k' })
  await script.said('tick 2')
  const before = record.requests.length
  record.directives = [{ kind: 'stop', reason: 'deleted' }]
  expect((await script.exited).stdout).toBe('run_stopped\n')
  expect(record.requests.length).toBe(before + 1)
})

test('Ctrl-C cancels the run and lets it say so', async () => {
  await using record = await startReportsServer()
  using home = makeScriptHome()
  const script = home.start(SLOW, { WEIR_API_URL: record.url, WEIR_API_KEY: 'k' })
  await script.said('tick 2')
  script.process.kill('SIGINT')
  expect((await script.exited).stdout).toBe('run_cancelled\n')
  expect(record.states().at(-1)).toMatchObject({ type: 'CANCELLED', message: expect.stringContaining('Ctrl-C') })
})

test('a control plane that does not take the key leaves the run untracked, and says why', async () => {
  await using record = await startReportsServer()
  record.refusing = { status: 401, body: { error: { code: 'UNAUTHENTICATED', message: 'The API key is not valid.', requestId: 'r' } } }
  using home = makeScriptHome()
  const { code, stdout, stderr } = await home.start(HELLO, { WEIR_API_URL: record.url, WEIR_API_KEY: 'wrong' }).exited
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'Hello Ada\n' })
  expect(stderr).toContain('not tracked')
  expect(stderr).toContain('The API key is not valid. Request r.')
  expect(home.spools()).toEqual([])
})

test('something else than a control plane at the address leaves the run untracked', async () => {
  await using record = await startReportsServer()
  record.refusing = { status: 200, body: 'hello' }
  using home = makeScriptHome()
  const { code, stderr } = await home.start(HELLO, { WEIR_API_URL: record.url }).exited
  expect(code).toBe(0)
  expect(stderr).toContain('not tracked')
})

test('a setting that cannot be used is said, and the flow runs', async () => {
  using home = makeScriptHome()
  const { code, stderr } = await home.start(HELLO, { WEIR_API_URL: 'nonsense' }).exited
  expect(code).toBe(0)
  expect(stderr).toContain('weir: not tracked: "nonsense" (from WEIR_API_URL) is no address.')
})

test('a server in trouble is tried again until it takes the reports', async () => {
  await using record = await startReportsServer()
  record.refusing = { status: 503, body: { error: { code: 'NOT_READY', message: 'database away', requestId: 'r' } } }
  using home = makeScriptHome()
  const script = home.start(SLOW, { WEIR_API_URL: record.url, WEIR_API_KEY: 'k' })
  await record.until(() => record.requests.length > 1)
  record.refusing = null
  await record.until(() => record.stored.length > 0)
  record.directives = [{ kind: 'cancel' }]
  await script.exited
  expect(record.states().map(({ type }) => type)).toEqual(['RUNNING', 'CANCELLED'])
})

test('a script that dies of an uncaught error leaves its end on disk, and the next run delivers it', async () => {
  await using record = await startReportsServer()
  using home = makeScriptHome()
  const env = { WEIR_API_URL: record.url, WEIR_API_KEY: 'k' }
  const dead = await home.start(
    `
import { flow } from 'weirflow'
const dies = flow({ name: 'dies' }, () => { setTimeout(() => { throw new Error('out of nowhere') }, 300); return new Promise(() => {}) })
await dies()
`,
    env,
  ).exited
  expect(dead.code).not.toBe(0)
  await home.start(HELLO, env).exited
  expect(record.states().map(({ type }) => type)).toContain('CRASHED')
  expect(home.spools()).toEqual([])
})

test('a script whose flow ends the process leaves its end on disk, too, with what its tasks had said', async () => {
  await using record = await startReportsServer()
  using home = makeScriptHome()
  const env = { WEIR_API_URL: record.url, WEIR_API_KEY: 'k' }
  const left = await home.start(
    `
import { flow, task } from 'weirflow'
const done = task({ name: 'done' }, () => 1)
const leaves = flow({ name: 'leaves' }, async () => { await done(); process.exit(0) })
await leaves()
`,
    env,
  ).exited
  expect(left.code).toBe(0)
  await home.start(HELLO, env).exited
  const crashed = record.states().find(({ type }) => type === 'CRASHED')
  expect(crashed).toMatchObject({ message: 'The process ended with code 0 before its flow did', details: { cause: 'exit', exit: { code: 0 } } })
  expect(record.facts().some((fact) => fact.kind === 'task-run' && fact.name === 'done-0')).toBe(true)
  expect(home.spools()).toEqual([])
})
