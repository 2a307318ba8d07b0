/** Every command against a started control plane with a worker: what people read, what programs read, which stream, which exit code. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fill, makeHome, removeHome } from '../../support/control-plane.ts'
import { type CommandLines, openCommandLines } from '../../sdk/support/command-lines.ts'
import { type Ended, type Started, startWeir, weir } from './weir.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const home = makeHome()
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'weir-cli-')))
let worker: Started
/** One process for what programs only read: that a command of its own process ends is seen from all the others. */
let lines: CommandLines
let url = ''

const FLOWS = `
import { setTimeout as sleep } from 'node:timers/promises'
import { Completed, flow, logger, task, artifacts } from 'weirflow'
import { z } from 'zod'
const greet = task({ name: 'greet' }, async (name: string) => { logger().info('greeting', { name }); return 'Hello, ' + name })
export const hello = flow({ name: 'hello', description: 'Says hello.', parameters: z.object({ name: z.string().default('world') }) }, async ({ name }) => {
  logger().warn('first line\\n  second line')
  await artifacts.markdown({ key: 'note', markdown: '# Hello' })
  return greet(name)
})
export const fails = flow({ name: 'fails', version: '4f2a91c' }, async () => { throw new RangeError('the disk is \\u001b[31mfull') })
export const slow = flow({ name: 'slow' }, async (_: object, { signal }) => { await sleep(600_000, undefined, { signal }) })
export const steps = flow({ name: 'steps' }, async () => {
  for (let n = 1; n <= 30; n++) { logger().info('step ' + n); await sleep(30) }
})
export const mixed = flow({ name: 'mixed' }, async () => {
  for (let n = 0; n < 40; n += 4) {
    console.log('line ' + n)
    console.error('line ' + (n + 1))
    logger().info('line ' + (n + 2))
    process.stdout.write('line ' + (n + 3) + '\\n')
    if (n === 20) await sleep(400)
  }
})
let tries = 0
const tagged = task({ name: 'tagged', tags: Array.from({ length: 60 }, (_, n) => 't' + n) }, async () => 1)
const named = task({ name: 'n'.repeat(255) }, async () => 1)
const flaky = task({ name: 'flaky', retries: 1_300 }, async () => { if (++tries < 1_200) throw new Error('again') })
const one = task({ name: 'one' }, () => 1)
const sum = task({ name: 'sum' }, (values: number[]) => values.length)
export const beyond = flow({ name: 'beyond' }, async () => {
  logger().info('loaded', { big: 'x'.repeat(100_000) })
  await tagged()
  await named()
  await flaky()
  await artifacts.table({ rows: [JSON.parse('{"a":'.repeat(90) + '1' + '}'.repeat(90))] })
  await hello({ name: 'x'.repeat(700_000) }).catch((error) => logger().warn(error.code))
  const count = await sum(one.map(Array.from({ length: 10_001 }, (_, n) => n)))
  return Completed({ message: count + 'm'.repeat(6_000_000), data: count })
})
`

const run = (...args: string[]): Promise<Ended> => weir(args, { home, cwd: folder })
const json = async <T>(...args: string[]): Promise<T> => {
  const { code, stdout, stderr } = await (args[0] === 'run' ? run(...args, '-o', 'json') : lines.run([...args, '-o', 'json']))
  expect(code, stderr).toBe(0)
  return JSON.parse(stdout) as T
}

/** A run of a deployment that has come to its end. */
async function runToEnd(deployment: string, ...args: string[]): Promise<Ended & { id: string }> {
  const ended = await run('deployment', 'run', deployment, '--watch', ...args)
  return { ...ended, id: /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(ended.stdout)?.[0] ?? '' }
}

beforeAll(async () => {
  await fill(home)
  writeFileSync(join(folder, 'flows.ts'), FLOWS)
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(join(root, 'sdk'), join(folder, 'node_modules', 'weirflow'))
  symlinkSync(join(root, 'node_modules', 'zod'), join(folder, 'node_modules', 'zod'))
  lines = openCommandLines({ home, cwd: folder })
  const started = await run('server', 'start', '--background', '--port', '0')
  expect(started.code, started.stderr).toBe(0)
  url = /http:\/\/127\.0\.0\.1:\d+/.exec(started.stdout)?.[0] ?? ''
  const created = await run('work-pool', 'create', 'local')
  expect(created.stdout).toBe('Created work pool local (process). Serve it: weir worker start --pool local\n')
  worker = startWeir(['worker', 'start', '--pool', 'local', '--name', 'one', '--spares', '1', '--label', 'zone=eu-1'], { home, cwd: folder })
  await worker.said(/ready: serves pool local/)
  for (const name of ['hello', 'fails', 'slow', 'steps']) {
    const { code, stdout, stderr } = await run('deploy', `flows.ts:${name}`, '--name', 'main', '--pool', 'local')
    expect(code, stderr).toBe(0)
    expect(stdout).toBe(`Created ${name}/main, version 1. Run it: weir deployment run ${name}/main --watch\n`)
  }
})

afterAll(async () => {
  await lines?.close()
  worker?.child.kill('SIGTERM')
  const drained = await worker?.ended
  const stopped = await run('server', 'stop')
  await removeHome(home)
  rmSync(folder, { recursive: true, force: true })
  expect(drained?.code, drained?.stderr).toBe(0)
  expect(stopped).toMatchObject({ code: 0, stdout: `Stopped the control plane of ${url}.\n` })
})

test('server status says where it serves; a second start is refused with who has it', async () => {
  const status = (await run('server', 'status')).stdout
  expect(status).toContain(`● ready  ${url}`)
  const link = /^Sign in \(once, until .*\): (http\S+)$/m.exec(status)?.[1] ?? ''
  expect((await fetch(link, { redirect: 'manual' })).headers.get('set-cookie')).toContain('HttpOnly')
  expect(await json('server', 'status')).toMatchObject({ status: 'ready', url, home })
  for (const flags of [[], ['--background']]) {
    const again = await run('server', 'start', '--port', '0', ...flags)
    expect(again).toMatchObject({ code: 2, stdout: '' })
    expect(again.stderr).toContain(url)
    expect(again.stderr).toContain('weir server stop')
  }
})

test('deploy: unchanged is said, a change makes a version, a wrong default changes nothing', async () => {
  expect((await run('deploy', 'flows.ts:hello', '--name', 'again', '--pool', 'local')).stdout).toMatch(/^Created hello\/again, version 1/)
  expect((await run('deploy', 'flows.ts:hello', '--name', 'again', '--pool', 'local')).stdout).toMatch(/^Unchanged: hello\/again, version 1/)
  const careful = ['--retry-on-crash', '2', '--on-contact-lost', 'stop', '--start-again']
  const lossOf = async () =>
    (await json<{ data: { deployment: object } }>('api', '{ deployment(name: "hello/again") { retryOnCrash onContactLost startAgain } }')).data
      .deployment
  for (const flags of [careful, []]) {
    expect((await run('deploy', 'flows.ts:hello', '--name', 'again', '--pool', 'local', ...flags)).code).toBe(0)
    expect(await lossOf()).toEqual({ retryOnCrash: 2, onContactLost: 'STOP', startAgain: true })
  }
  expect((await run('deploy', 'flows.ts:hello', '--name', 'again', '--pool', 'local', '--no-start-again')).code).toBe(0)
  expect(await lossOf()).toEqual({ retryOnCrash: 2, onContactLost: 'STOP', startAgain: false })
  const changed = await json<object>('deploy', 'flows.ts:hello', '--name', 'again', '--pool', 'local', '--param', 'name=Ada', '--tag', 'polite')
  expect(changed).toMatchObject({ name: 'hello/again', created: false, changed: true, tags: ['polite'], workPool: 'local' })
  const wrong = await run('deploy', 'flows.ts:hello', '--name', 'again', '--pool', 'local', '--params', '{"name": 4}')
  expect(wrong).toMatchObject({ code: 2, stdout: '' })
  expect(wrong.stderr).toContain('name')
  expect(await json('deployment', 'inspect', 'hello/again')).toMatchObject({ parameters: { name: 'Ada' } })
})

test('deploy of a flow whose poolRunner names a pool that is not there says which, and what to do', async () => {
  writeFileSync(
    join(folder, 'far.ts'),
    `import { flow, poolRunner, task } from 'weirflow'
     const far = task({ name: 'far' }, () => 1)
     export const spread = flow({ name: 'spread', runner: poolRunner({ pool: 'gpu' }) }, () => far.submit())`,
  )
  const refused = await run('deploy', 'far.ts:spread', '--name', 'd', '--pool', 'local', '-o', 'json')
  const error = {
    code: 'NOT_FOUND',
    message: `the flow's poolRunner names work pool "gpu", and there is none`,
    hint: 'Make it: weir work-pool create gpu',
  }
  expect({ ...refused, stderr: JSON.parse(refused.stderr) }).toMatchObject({ code: 2, stdout: '', stderr: { error } })
})

test('deployment ls and inspect', async () => {
  const table = await run('deployment', 'ls')
  expect(table.stdout.split('\n')[0]).toMatch(/^NAME +WORK POOL +VERSION +ENTRYPOINT +UPDATED$/)
  expect(table.stdout).toMatch(/^hello\/main +local +1 +flows\.ts:hello/m)
  const all = await json<{ name: string }[]>('deployment', 'ls')
  expect(all.map(({ name }) => name)).toEqual(expect.arrayContaining(['fails/main', 'hello/main', 'slow/main', 'steps/main']))
  const one = await run('deployment', 'inspect', 'hello/main')
  expect(one.stdout).toMatch(/^hello\/main\nDescription +Says hello\.\n/)
  expect(one.stdout).toMatch(/^Takes +name: string$/m)
  expect(await json('deployment', 'inspect', 'fails')).toMatchObject({ name: 'fails/main', entrypoint: 'flows.ts:fails', path: folder })
})

test('half a name is enough when it is the only one; otherwise all that could be meant are named', async () => {
  expect(await json('deployment', 'inspect', 'steps')).toMatchObject({ name: 'steps/main' })
  const ambiguous = await run('deployment', 'run', 'main')
  expect(ambiguous).toMatchObject({ code: 2, stdout: '' })
  expect(ambiguous.stderr).toMatch(/4 deployments are called "main"[\s\S]*hello\/main/)
  const near = await run('deployment', 'run', 'step')
  expect(near).toMatchObject({ code: 2, stdout: '' })
  expect(near.stderr).toContain('Did you mean "steps/main"?')
})

test('deployment run --watch shows states and lines in order and ends with 0 for a completed run', async () => {
  const { code, stdout, stderr } = await runToEnd('hello/main', '-p', 'name=Ada', '--name', 'for-ada')
  expect(code, stderr).toBe(0)
  const lines = stdout.trimEnd().split('\n')
  expect(lines[0]).toMatch(/^for-ada {2}\S (Scheduled|Pending) {2}[0-9a-f-]{36}$/)
  expect(lines[1]).toMatch(new RegExp(`^${url}/`))
  expect(stdout).toMatch(
    /▶ Running[\s\S]*WARN {3}first line\n {21} {2}second line[\s\S]*INFO {3}greet-0 › greeting \{"name":"Ada"\}[\s\S]*● Completed\n$/,
  )
})

test('watched lines stay in the order in which the flow said them, as text and as JSON', async () => {
  const wanted = Array.from({ length: 30 }, (_, index) => `step ${index + 1}`)
  const { stdout, id } = await runToEnd('steps/main')
  expect([...stdout.matchAll(/INFO {3}(step \d+)$/gm)].map(([, said]) => said)).toEqual(wanted)
  // The last line is the end of the run, and may be a moment older than what was said about it.
  const times = [...stdout.matchAll(/^(\d\d:\d\d:\d\d\.\d{3}) /gm)].map(([, time]) => time).slice(0, -1)
  expect(times).toEqual([...times].sort())
  const watched = await run('flow-run', 'watch', id, '-o', 'json')
  expect(watched.code).toBe(0)
  const events = watched.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { event: string; message: string; name?: string })
  expect(events.filter(({ event, message }) => event === 'log' && /^step/.test(message)).map(({ message }) => message)).toEqual(wanted)
  expect(events.at(-1)).toMatchObject({ event: 'state', name: 'Completed' })
  const logs = await run('flow-run', 'logs', id)
  expect([...logs.stdout.matchAll(/INFO {3}(step \d+)$/gm)].map(([, said]) => said)).toEqual(wanted)
  expect((await run('flow-run', 'logs', id, '--follow')).stdout).toBe(logs.stdout)
})

test('what is printed and what is logged stand in the order in which they were said, watched and read again', async () => {
  await run('deploy', 'flows.ts:mixed', '--name', 'order', '--pool', 'local')
  const { stdout, id } = await runToEnd('mixed/order')
  const wanted = Array.from({ length: 40 }, (_, n) => `line ${n}`)
  const linesOf = (text: string) => [...text.matchAll(/ (line \d+)$/gm)].map(([, said]) => said)
  expect(linesOf(stdout)).toEqual(wanted)
  const logs = (await run('flow-run', 'logs', id)).stdout
  expect(linesOf(logs)).toEqual(wanted)
  expect(logs).not.toContain('weir;')
  expect(linesOf((await run('flow-run', 'logs', id, '--follow')).stdout)).toEqual(wanted)
})

test('a failed run ends the watch with 1, its error on stderr, and no control character of it on the terminal', async () => {
  const { code, stdout, stderr, id } = await runToEnd('fails/main')
  expect(code).toBe(1)
  expect(stdout).toMatch(/✕ Failed {2}RangeError: the disk is \\x1b\[31mfull\n$/)
  expect(stderr).toContain('RangeError: the disk is \\x1b[31mfull')
  expect(stdout + stderr).not.toContain('\u001b')
  const inspected = await run('flow-run', 'inspect', id)
  expect(inspected.stdout).toMatch(/^State +✕ Failed {2}RangeError/m)
  expect(inspected.stdout).toContain('flows.ts:')
  expect(inspected.stdout).toMatch(/^Flow +fails \(version 4f2a91c\)$/m)
  expect(await json('flow-run', 'inspect', id)).toMatchObject({
    state: { type: 'FAILED' },
    deploymentVersion: 1,
    flowVersion: '4f2a91c',
    stateHistory: expect.any(Array),
  })
  const errors = await run('flow-run', 'logs', id, '--level', 'error', '-o', 'json')
  for (const line of errors.stdout.trimEnd().split('\n')) expect(JSON.parse(line)).toMatchObject({ event: 'log', level: 'ERROR' })
  const found = await run('flow-run', 'logs', id, '--text', 'DISK', '--tail', '1', '--csv')
  expect(found.stdout).toMatch(
    /^time,level,source,taskRunId,message,fields\n\d{4}-\S+Z,ERROR,weir,,failed: RangeError: the disk is \u001b\[31mfull[^\n]*,\n$/,
  )
  for (const [wrong, said] of [
    [['--csv', '-o', 'json'], 'Both --csv and -o json'],
    [['--follow', '--tail', '2'], '--follow'],
  ] as const)
    expect(await run('flow-run', 'logs', id, ...wrong)).toMatchObject({ code: 2, stderr: expect.stringContaining(said) })
})

test('a watched retry shows the lines of the new attempt alone', async () => {
  const { id } = await runToEnd('steps/main')
  const { stdout } = await run('flow-run', 'retry', id, '--watch')
  expect(stdout.match(/step \d+/g)).toEqual(Array.from({ length: 30 }, (_, index) => `step ${index + 1}`))
  expect(stdout).toMatch(/^[^\n]*Retried by /)
})

test('retry runs it once more under the same id', async () => {
  const { id } = await runToEnd('fails/main')
  const retried = await run('flow-run', 'retry', id, '--watch')
  expect(retried.code).toBe(1)
  expect(retried.stdout).toMatch(/Retried by [\s\S]*▶ Running[\s\S]*✕ Failed {2}RangeError/)
  expect(await json('flow-run', 'inspect', id)).toMatchObject({ runCount: 2, epoch: 2 })
  const completed = await runToEnd('hello/main')
  const again = await json<{ id: string }>('flow-run', 'retry', completed.id)
  expect(again.id).toBe(completed.id)
})

test('cancel ends a running run; why says what it waits for, before and after', async () => {
  const { id } = await json<{ id: string }>('deployment', 'run', 'slow')
  const watching = startWeir(['flow-run', 'watch', id], { home, cwd: folder })
  await watching.said(/▶ Running/)
  expect((await run('flow-run', 'why', id)).stdout).toContain('Running')
  const cancelled = await run('flow-run', 'cancel', id, '--reason', 'wrong day')
  expect(cancelled).toMatchObject({ code: 0 })
  expect(cancelled.stdout).toMatch(/Cancelling|Cancelled/)
  const watched = await watching.ended
  expect(watched.code).toBe(1)
  expect(watched.stdout).toMatch(/⊘ Cancelled[^\n]*\n$/)
  expect((await run('flow-run', 'why', id)).stdout).toContain('it is over')
  expect(await run('flow-run', 'cancel', id)).toMatchObject({ code: 0, stdout: expect.stringContaining('⊘ Cancelled') })
  const completed = await runToEnd('hello/main')
  const late = await run('flow-run', 'cancel', completed.id)
  expect(late).toMatchObject({ code: 1, stdout: '' })
  expect(late.stderr).toContain('Completed')
})

test('why of a run without a worker names the pool and what to do', async () => {
  await run('work-pool', 'create', 'empty', '--concurrency-limit', '3')
  await run('deploy', 'flows.ts:hello', '--name', 'nowhere', '--pool', 'empty')
  const { id } = await json<{ id: string }>('deployment', 'run', 'hello/nowhere', '--at', '+1h')
  expect((await run('flow-run', 'why', id)).stdout).toMatch(/^1\. /)
  const now = await json<{ id: string }>('deployment', 'run', 'hello/nowhere')
  const why = await run('flow-run', 'why', now.id)
  expect(why.stdout).toContain('weir worker start --pool empty')
  expect(await json('flow-run', 'why', now.id)).toMatchObject({ id: now.id, waitingFor: [{ kind: 'NO_WORKER' }] })
  expect(await run('flow-run', 'pause', id)).toMatchObject({ code: 0, stdout: expect.stringContaining('Paused') })
  expect((await run('flow-run', 'why', id)).stdout).toContain('Resume it')
  expect(await json('flow-run', 'resume', id)).toMatchObject({ id, state: { name: 'Resuming' } })
  for (const one of [id, now.id]) expect((await run('flow-run', 'cancel', one)).stdout).toContain('Cancelled')
  expect((await run('flow-run', 'set-state', id, '--type', 'completed', '--name', 'ByHand')).stdout).toContain('ByHand')
})

test('flow-run ls filters, by state, flow, deployment and pool; a short id and a name find a run', async () => {
  const { id } = await runToEnd('hello/main', '--name', 'to-be-found', '--tag', 'x')
  const rows = await json<{ id: string; state: { type: string } }[]>('flow-run', 'ls', '--state', 'completed', '--flow', 'hello', '-n', '200')
  expect(rows.map((row) => row.id)).toContain(id)
  expect(new Set(rows.map(({ state }) => state.type))).toEqual(new Set(['COMPLETED']))
  expect(
    await json('flow-run', 'ls', '--deployment', 'hello/main', '--work-pool', 'local', '--filter', '{"name": {"equals": "to-be-found"}}'),
  ).toMatchObject([{ id }])
  expect(await json('flow-run', 'inspect', id.slice(-8))).toMatchObject({ id })
  expect(await json('flow-run', 'inspect', 'to-be-found')).toMatchObject({ id })
  const table = await run('flow-run', 'ls', '-n', '1')
  expect(table.stdout.split('\n')[0]).toMatch(/^ID +STATE +NAME +DEPLOYMENT +CREATED +TOOK$/)
  expect(table.stdout.trimEnd().split('\n')).toHaveLength(2)
  expect(table.stderr).toMatch(/^1 of \d+\. More: --limit 200\n$/m)
})

test('the same idempotency key gives the same run', async () => {
  const first = await json<{ id: string }>('deployment', 'run', 'hello/main', '--idempotency-key', 'k1')
  expect(await json('deployment', 'run', 'hello/main', '--idempotency-key', 'k1')).toMatchObject({ id: first.id, existed: true })
})

test('work-pool ls, inspect and create', async () => {
  expect((await run('work-pool', 'ls')).stdout).toMatch(/^local +process +● ready +1 /m)
  expect(await json('work-pool', 'inspect', 'local')).toMatchObject({ name: 'local', type: 'process', status: 'READY', workers: [{ name: 'one' }] })
  expect((await run('work-pool', 'inspect', 'local')).stdout).toMatch(/^one +● online +\d of 10 /m)
  const twice = await run('work-pool', 'create', 'local')
  expect(twice).toMatchObject({ code: 1, stdout: '' })
  expect(twice.stderr).toContain('error: There is a work pool "local"')
  expect(await json('work-pool', 'create', 'local', '--if-missing')).toMatchObject({ name: 'local', created: false })
})

test('worker ls', async () => {
  const table = await run('worker', 'ls')
  expect(table.stdout).toMatch(/^NAME +WORK POOL +STATUS +SLOTS +HOST +VERSION +LAST SEEN\none +local +● online +\d of 10 /)
  expect(await json('worker', 'ls', '--pool', 'local')).toMatchObject([
    { name: 'one', workPool: 'local', status: 'ONLINE', slots: 10, labels: { zone: 'eu-1' } },
  ])
  await run('work-pool', 'create', 'lonely', '--if-missing')
  expect(await run('worker', 'ls', '--pool', 'lonely')).toMatchObject({
    code: 0,
    stdout: '',
    stderr: expect.stringContaining('weir worker start --pool lonely'),
  })
  expect(await json('worker', 'ls', '--pool', 'lonely')).toEqual([])
})

test('api asks with text, file, stdin and variables; errors of the answer end with 1', async () => {
  const query = 'query ($name: String!) { workPool(name: $name) { name } }'
  const wanted = { data: { workPool: { name: 'local' } } }
  const variables = ['-v', '{"name": "local"}']
  writeFileSync(join(folder, 'query.graphql'), query)
  expect(JSON.parse((await run('api', query, ...variables)).stdout)).toEqual(wanted)
  expect(JSON.parse((await run('api', '@query.graphql', ...variables)).stdout)).toEqual(wanted)
  expect(JSON.parse((await weir(['api', ...variables], { home, cwd: folder, input: query })).stdout)).toEqual(wanted)
  const wrong = await run('api', '{ nothing }')
  expect(wrong.code).toBe(1)
  expect(JSON.parse(wrong.stdout).errors[0].message).toContain('nothing')
})

test('run: the value goes to stdout, everything else to stderr, and the control plane has the run', async () => {
  const { code, stdout, stderr } = await run('run', 'flows.ts:hello', '-p', 'name=01234')
  expect(code, stderr).toBe(0)
  expect(stdout).toBe('Hello, 01234\n')
  expect(stderr).toContain('greeting')
  expect(await json('run', 'flows.ts:hello')).toEqual({ value: 'Hello, world' })
  const failed = await run('run', 'flows.ts:fails')
  expect(failed).toMatchObject({ code: 1, stdout: '' })
  expect(failed.stderr).toContain('RangeError: the disk is')
  const tracked = await json<{ flow: string; deployment: null; state: { type: string } }[]>('flow-run', 'ls', '--flow', 'fails', '-n', '1')
  expect(tracked).toMatchObject([{ deployment: null, state: { type: 'FAILED' } }])
})

test('a flow beyond every limit ends in the record as it ended, here and on a worker', async () => {
  expect((await run('deploy', 'flows.ts:beyond', '--name', 'main', '--pool', 'local')).code).toBe(0)
  const { code, id } = await runToEnd('beyond/main')
  expect(code).toBe(0)
  expect(await json('run', 'flows.ts:beyond')).toEqual({ value: 10_001 })
  const runs = await json<{ id: string; state: { type: string } }[]>('flow-run', 'ls', '--flow', 'beyond')
  expect(runs.map(({ state }) => state.type)).toEqual(['COMPLETED', 'COMPLETED'])
  expect(runs.map((known) => known.id)).toContain(id)
  for (const known of runs) {
    const logs = (await run('flow-run', 'logs', known.id)).stdout
    expect(logs).toContain('parameters_too_large')
    expect(logs).toContain('Of task run sum-0: only the first 10000 of 10001 upstream task runs are stored')
    expect(logs).toMatch(/Of task run flaky-0: only the last 500 of \d+ states are stored/)
    expect(logs).toContain('1 of 1 fields are not kept')
    expect(logs).not.toMatch(/not stored: facts/)
    const query = 'query ($id: ID!) { flowRun(id: $id) { taskRuns(first: 1) { nodes { name tags } totalCount } } }'
    const { data } = JSON.parse((await run('api', query, '-v', JSON.stringify({ id: known.id }))).stdout)
    expect(data.flowRun.taskRuns).toMatchObject({ totalCount: 10_000, nodes: [{ name: 'tagged-0', tags: expect.arrayContaining(['t0', 't59']) }] })
  }
})

test('version and config view say what is in force, never a whole key', async () => {
  expect((await run('version')).stdout).toMatch(new RegExp(`^weirflow \\d+\\.\\d+\\.\\d+\\nnode .*\\ncontrol plane ${url}\\n$`))
  const key = 'weir_local_0123456789abcdef_thisisthesecretofthekey'
  const view = await weir(['config', 'view', '--show-sources'], { home, env: { WEIR_API_KEY: key } })
  expect(view.stdout).toContain('weir_local_0123456789abcdef_…')
  expect(view.stdout + view.stderr).not.toContain('thisisthesecret')
})

test('login keeps a key that the control plane takes, for its owner alone, and no other; logout forgets it', async () => {
  const own = makeHome()
  const at = (args: string[], input?: string) => weir(args, { home: own, ...(input === undefined ? {} : { input }) })
  const key = readFileSync(join(home, 'local.key'), 'utf8').trim()
  const wrong = await at(['login', '--with-token', '--api-url', url], key.replace(/.{4}$/, 'AAAA'))
  expect(wrong).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('does not accept the API key') })
  // Whoever runs the control plane finds it there under this id.
  expect(wrong.stderr).toMatch(/^request: [0-9a-f-]{36}$/m)
  expect(existsSync(join(own, 'profiles.toml'))).toBe(false)
  const done = await at(['login', '--with-token', '--api-url', url, '--profile', 'work'], `${key}\n`)
  expect(done).toMatchObject({ code: 0, stderr: '' })
  expect(done.stdout).toMatch(new RegExp(`^Logged in to ${url} as .*, workspace .*\\.\\nProfile work holds the key and is the active one\\.\\n$`))
  expect(done.stdout).not.toContain(key)
  expect(statSync(join(own, 'profiles.toml')).mode & 0o777).toBe(0o600)
  expect((await at(['work-pool', 'ls'])).code).toBe(0)
  expect((await at(['logout'])).stdout).toContain('Logged out')
  expect(await at(['work-pool', 'ls'])).toMatchObject({ code: 3, stderr: expect.stringContaining('weir login') })
  rmSync(own, { recursive: true, force: true })
})

test('nothing that is piped has colours', async () => {
  expect((await run('flow-run', 'ls')).stdout).not.toContain('\u001b')
})

test('a reader that has seen enough ends a list without an error', async () => {
  const listing = startWeir(['deployment', 'ls', '-o', 'json'], { home, cwd: folder })
  listing.child.stdout?.destroy()
  const { code, stderr } = await listing.ended
  expect({ code, stderr: stderr.replace(/^asking …\n/, '') }).toEqual({ code: 0, stderr: '' })
})
