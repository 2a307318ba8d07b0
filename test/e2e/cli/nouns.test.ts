/** The commands of every noun against one started control plane without a worker: what they change, what people read, what programs read. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ControlPlane } from '../../../server/index.ts'
import { makeHome, removeHome, startBuiltControlPlane } from '../../support/control-plane.ts'
import { startWeir, weir } from './weir.ts'
import { type CommandLines, type Ended, openCommandLines } from '../../sdk/support/command-lines.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const home = makeHome()
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'weir-cli-')))
let plane: ControlPlane
let lines: CommandLines

const run = (...args: string[]): Promise<Ended> => lines.run(args)
/** The value that a program reads. */
async function json<T>(...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await run(...args, '-o', 'json')
  expect(code, stderr).toBe(0)
  return JSON.parse(stdout) as T
}
/** What a person reads, when all is well. */
async function said(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(...args)
  expect(code, stderr).toBe(0)
  return stdout
}

const FLOWS = `
import { artifacts, flow, logger, task } from 'weirflow'
const fetchCity = task({ name: 'fetch' }, async (city) => { logger().warn('fetching ' + city); if (city === 'Atlantis') throw new Error('it has sunk'); return city.length })
export const cities = flow({ name: 'cities' }, async () => {
  logger().info('the flow itself')
  await fetchCity('Oslo')
  await artifacts.table({ key: 'warmest', rows: [{ city: 'Lima', degrees: 31 }, { city: 'Oslo', degrees: 4 }], description: 'by day' })
  await artifacts.markdown({ key: 'note', markdown: '# Cities' })
  await artifacts.progress({ key: 'done', progress: 50 })
  await fetchCity('Atlantis')
})
`

beforeAll(async () => {
  writeFileSync(join(folder, 'flows.ts'), FLOWS)
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(join(root, 'sdk'), join(folder, 'node_modules', 'weirflow'))
  symlinkSync(join(root, 'node_modules', 'zod'), join(folder, 'node_modules', 'zod'))
  plane = await startBuiltControlPlane({ home })
  lines = openCommandLines({ home, cwd: folder, main: join(root, 'sdk', 'dist', 'cli', 'main.js') })
})

afterAll(async () => {
  await lines?.close()
  await plane?.stop()
  await removeHome(home)
  rmSync(folder, { recursive: true, force: true })
})

test('of a workspace with nothing in it every list says how to begin, and is an empty list for programs', async () => {
  for (const [noun, next] of [
    ['work-pool', 'weir work-pool create NAME'],
    ['deployment', 'weir deploy'],
    ['flow-run', 'weir deployment run'],
    ['worker', 'weir worker start'],
    ['variable', 'weir variable set'],
    ['concurrency-limit', 'weir concurrency-limit create NAME'],
    ['secret', 'weir secret set'],
    ['block', 'weir block create'],
    ['flow', 'weir run'],
    ['artifact', 'docs/authoring.md'],
    ['work-queue', 'weir work-pool create NAME'],
  ] as const) {
    expect(await run(noun, 'ls')).toMatchObject({ code: 0, stdout: '', stderr: expect.stringContaining(next) })
    expect(await json(noun, 'ls')).toEqual([])
  }
})

test('a work pool is created, changed, paused, limited and resumed', async () => {
  await said('work-pool', 'create', 'big', '--concurrency-limit', '10')
  expect(await said('work-pool', 'update', 'big', '--description', 'the big machine')).toBe('Changed work pool big.\n')
  expect(await said('work-pool', 'pause', 'big')).toBe('Work pool big is paused: its runs wait.\n')
  expect(await json('work-pool', 'inspect', 'big')).toMatchObject({
    description: 'the big machine',
    isPaused: true,
    status: 'PAUSED',
    concurrencyLimit: 10,
  })
  expect(await said('work-pool', 'ls')).toMatch(/^big +process +‖ paused +0 +0 of 10 +0 +the big machine$/m)
  expect(await said('work-pool', 'resume', 'big')).toBe('Work pool big is not paused.\n')
  expect(await said('work-pool', 'set-concurrency-limit', 'big', '3')).toBe('Work pool big: at most 3 at a time.\n')
  expect(await said('work-pool', 'set-concurrency-limit', 'big', 'none')).toBe('Work pool big: no limit.\n')
  expect(await json('work-pool', 'update', 'big', '--description', '')).toMatchObject({ description: null, concurrencyLimit: null, isPaused: false })
})

test('work queues, named with their pool or beside it', async () => {
  await said('work-pool', 'create', 'lanes')
  await said('work-pool', 'create', 'unlimited', '--concurrency-limit', '3')
  expect(await json('work-pool', 'update', 'unlimited', '--concurrency-limit', 'none')).toMatchObject({ concurrencyLimit: null })
  expect(await said('work-queue', 'create', 'lanes/urgent', '--priority', '2')).toBe('Created work queue lanes/urgent, priority 2, no limit.\n')
  expect(await json('work-queue', 'create', 'bulk', '--pool', 'lanes', '--concurrency-limit', '2')).toMatchObject({
    workPool: 'lanes',
    concurrencyLimit: 2,
  })
  const free = await json('work-queue', 'create', 'free', '--pool', 'unlimited', '--concurrency-limit', 'none')
  expect(free).toMatchObject({ concurrencyLimit: null })
  expect(await said('work-queue', 'set-priority', 'lanes/bulk', '9')).toBe('Work queue lanes/bulk: priority 9.\n')
  expect(await said('work-queue', 'pause', 'lanes/bulk')).toBe('Work queue lanes/bulk is paused: its runs wait.\n')
  expect(await said('work-queue', 'ls', '--pool', 'lanes')).toMatch(
    /^QUEUE +PRIORITY +RUNNING +WAITING\nlanes\/default +1 +0 +0\nlanes\/urgent +2 +0 +0\nlanes\/bulk +9 +0 of 2 +0 +‖ paused\n$/,
  )
  expect(await said('work-queue', 'resume', 'bulk', '-p', 'lanes')).toBe('Work queue lanes/bulk is not paused.\n')
  expect(await said('work-queue', 'set-concurrency-limit', 'lanes/bulk', 'none')).toBe('Work queue lanes/bulk: no limit.\n')
  expect(await said('work-queue', 'inspect', 'lanes/bulk')).toMatch(
    /^lanes\/bulk\nId +[0-9a-f-]{36}\nPriority +9 \(1 is served first\)\nLimit +no limit\n/,
  )
  expect((await json<{ workPool: string }[]>('work-queue', 'ls')).map(({ workPool }) => workPool)).toContain('big')
})

test('a key is shown once, alone on stdout, works, and ends when it is revoked', async () => {
  const made = await run('api-key', 'create', 'ci', '--role', 'viewer', '--expires', '+90d')
  expect(made).toMatchObject({ code: 0, stderr: expect.stringContaining('this once') })
  const key = made.stdout.trim()
  const asViewer = (...args: string[]) => lines.run(args, { env: { WEIR_API_KEY: key } })
  expect((await asViewer('work-pool', 'ls')).code).toBe(0)
  expect(await asViewer('work-pool', 'create', 'forbidden')).toMatchObject({
    code: 3,
    stdout: '',
    stderr: expect.stringMatching(/may not|not allowed|role/i),
  })
  expect(await said('api-key', 'ls')).toMatch(/^[0-9a-f-]{36} +ci +viewer +● active, expires in (89|90) d \d+ h +.* ago /m)
  expect(await said('api-key', 'revoke', 'ci')).toMatch(/^Revoked API key ci \([0-9a-f-]{36}\)\.\n$/)
  expect((await run('api-key', 'ls')).stderr).toMatch(/more that works? no more: --all/)
  expect(await json('api-key', 'ls', '--all')).toContainEqual(
    expect.objectContaining({ name: 'ci', role: 'VIEWER', status: 'revoked', prefix: expect.stringMatching(/^weir_/) }),
  )
  expect(JSON.stringify(await json('api-key', 'ls', '--all'))).not.toContain(key.slice(-20))
})

test('task runs of a flow run: listed, inspected, with their own log lines', async () => {
  expect((await weir(['run', 'flows.ts:cities'], { home, cwd: folder })).code).toBe(1)
  const [{ id }] = await json<[{ id: string }]>('flow-run', 'ls', '--flow', 'cities')
  expect(await said('task-run', 'ls', id)).toMatch(/^[0-9a-f-]{36} +fetch-0 +● Completed +1 .*\n[0-9a-f-]{36} +fetch-1 +✕ Failed +1 .*it has sunk/m)
  const failed = await json<{ id: string }[]>('task-run', 'ls', id, '--state', 'failed,crashed')
  expect(failed).toMatchObject([{ flowRunId: id, name: 'fetch-1', state: { type: 'FAILED' }, runCount: 1 }])
  for (const wanted of ['fetch-1', failed[0]?.id ?? '', failed[0]?.id.slice(-8) ?? '']) {
    expect(await json('task-run', 'inspect', id, wanted)).toMatchObject({
      id: failed[0]?.id,
      state: { error: { name: 'Error', message: 'it has sunk' } },
      taskKey: 'fetch',
    })
  }
  expect(await said('task-run', 'inspect', id, 'fetch-1')).toMatch(/^fetch-1\nState +✕ Failed {2}.*it has sunk[\s\S]*flows\.ts:[\s\S]*\nWHEN +STATE/)
  expect(await said('task-run', 'logs', id, 'fetch-0')).toMatch(/^\S+ {2}WARN {3}fetching Oslo\n$/)
  expect(await run('task-run', 'inspect', id, 'fetch-2')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/"fetch-2"[\s\S]*Did you mean "fetch-/),
  })
})

test('artifacts of a flow run: listed, and shown as what they are', async () => {
  const [{ id }] = await json<[{ id: string }]>('flow-run', 'ls', '--flow', 'cities')
  expect(await said('artifact', 'ls', id)).toMatch(/^[0-9a-f-]{36} +warmest +table +.* ago +by day$/m)
  expect(await said('artifact', 'inspect', id, 'warmest')).toMatch(/\n\ncity +degrees\nLima +31\nOslo +4\n$/)
  expect(await said('artifact', 'inspect', id, 'note')).toMatch(/\n\n# Cities\n$/)
  expect(await said('artifact', 'inspect', id, 'done')).toMatch(/\n\n50 %\n$/)
  expect(await json('artifact', 'inspect', id, 'warmest')).toMatchObject({ key: 'warmest', type: 'TABLE', data: [{ city: 'Lima', degrees: 31 }, {}] })
  expect(await run('artifact', 'inspect', id, 'warmst')).toMatchObject({ code: 2, stderr: expect.stringContaining('Did you mean "warmest"?') })
})

test('concurrency limits: made, changed, looked at, emptied, deleted', async () => {
  expect(await said('concurrency-limit', 'create', 'database', '--limit', '5')).toBe('Created concurrency limit database: 5 at once.\n')
  const rate = ['concurrency-limit', 'create', 'weather api', '-l', '10', '--slot-decay-per-second', '0.5', '--inactive']
  expect(await json(...rate)).toMatchObject({ name: 'weather api', limit: 10, slotDecayPerSecond: 0.5, isActive: false, activeSlots: 0 })
  expect(await said('concurrency-limit', 'update', 'database', '--limit', '8')).toBe('Concurrency limit database: 8 at once.\n')
  expect(await json('concurrency-limit', 'update', 'weather api', '--active', '--slot-decay-per-second', 'none')).toMatchObject({
    isActive: true,
    slotDecayPerSecond: null,
  })
  expect(await said('concurrency-limit', 'ls')).toMatch(/^database +0 of 8 +- +0 +yes$/m)
  expect(await said('concurrency-limit', 'inspect', 'database')).toMatch(/^database\nLimit +8 at once\nTaken +0 of 8\nWaiting +0\n/)
  expect(await said('concurrency-limit', 'reset', 'database')).toBe('Ended 0 leases of concurrency limit database.\n')
  expect(await said('concurrency-limit', 'delete', 'weather api')).toBe('Deleted concurrency limit weather api.\n')
  for (const [words, complaint] of [
    [['create', 'x'], '--limit'],
    [['create', 'x', '--limit', '-1'], 'whole number'],
    [['update', 'database', '--slot-decay-per-second', '0'], '0.000001'],
    [['update', 'database'], 'Nothing is to be changed'],
    [['inspect', 'datbase'], 'Did you mean "database"?'],
  ] as const)
    expect(await run('concurrency-limit', ...words)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(complaint) })
})

test('secrets and blocks: values come from the environment, from stdin or from a person, and are shown to nobody', async () => {
  const canary = 'canary-of-the-command-line'
  const given = { env: { CANARY: canary } }
  expect(await lines.run(['secret', 'set', 'api', '--from-env', 'CANARY'], given)).toMatchObject({ code: 0, stdout: 'Created secret api.\n' })
  expect(await lines.run(['secret', 'set', 'api', '--from-env', 'CANARY'], given)).toMatchObject({ code: 0, stdout: 'Set secret api.\n' })
  expect(await run('secret', 'set', 'api')).toMatchObject({ code: 2, stderr: expect.stringContaining('--stdin') })
  expect(await run('secret', 'set', 'api', '--from-env', 'NOT_THERE')).toMatchObject({ code: 2, stderr: expect.stringContaining('NOT_THERE') })
  expect(await json('secret', 'ls')).toMatchObject([{ name: 'api' }])
  expect(await said('secret', 'ls')).toMatch(/^api +.* ago +key "local admin"$/m)
  writeFileSync(
    join(folder, 'blocks.ts'),
    "import { defineBlock, secret } from 'weirflow'\nimport { z } from 'zod'\nexport const warehouse = defineBlock('warehouse', z.object({ host: z.string(), port: z.number().optional(), password: secret(z.string().min(5)) }), { description: 'A database.' })\nexport const other = 1\n",
  )
  expect(await said('block', 'type', 'register', 'blocks.ts:warehouse')).toBe('Registered block type warehouse, secret: password.\n')
  expect(await json('block', 'type', 'register', 'blocks.ts')).toMatchObject([{ slug: 'warehouse', secretFields: ['password'], created: false }])
  expect(await run('block', 'type', 'register', 'blocks.ts:other')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Types in it: warehouse'),
  })
  expect(await said('block', 'type', 'ls')).toMatch(/^warehouse +host, port, password +password +A database\.$/m)
  const create = ['block', 'create', 'warehouse/main', '-s', 'host=db', '--from-env', 'password=CANARY']
  expect(await lines.run(create, given)).toMatchObject({ code: 0, stdout: 'Created block warehouse/main.\n' })
  expect(await run('block', 'create', 'warehouse/two', '-s', 'host=db')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--from-env password='),
  })
  expect(await run('block', 'create', 'warehouse/two', '-s', `password=${canary}`)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('histories'),
  })
  expect(await json('block', 'update', 'warehouse/main', '-s', 'port=5432')).toMatchObject({ data: { host: 'db', port: 5432, password: '********' } })
  expect(await said('block', 'inspect', 'warehouse/main')).toMatch(/^warehouse\/main\nhost +db\nport +5432\npassword +\*{8}\n/)
  expect(await run('block', 'inspect', 'warehouse/mian')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Did you mean "warehouse/main"?'),
  })
  expect(await run('block', 'type', 'delete', 'warehouse')).toMatchObject({ code: 1, stderr: expect.stringContaining('1 block is of this type') })
  expect(JSON.stringify([await json('block', 'ls'), await json('block', 'type', 'inspect', 'warehouse')])).not.toContain(canary)
  expect(await offered('block', 'inspect', 'warehouse/')).toEqual(['names', 'warehouse/main'])
  expect(await offered('secret', 'delete', '')).toEqual(['names', 'api'])
})

test('variables: set, got, listed, deleted', async () => {
  expect(await said('variable', 'set', 'cities', '["Oslo", "Lima"]', '--tag', 'weather')).toBe('Created variable cities = ["Oslo","Lima"]\n')
  expect(await said('variable', 'set', 'cities', '["Oslo"]')).toBe('Set variable cities = ["Oslo"]\n')
  expect(await json('variable', 'get', 'cities')).toEqual(['Oslo'])
  await said('variable', 'set', 'zip', '12345', '--text')
  expect(await said('variable', 'get', 'zip')).toBe('12345\n')
  expect(await json('variable', 'get', 'zip')).toBe('12345')
  writeFileSync(join(folder, 'value.json'), '{"least": 1}\n')
  expect(await json('variable', 'set', 'limits', '@value.json')).toMatchObject({ name: 'limits', value: { least: 1 }, created: true })
  expect(await json('variable', 'ls', '--tag', 'weather')).toMatchObject([{ name: 'cities', value: ['Oslo'], tags: ['weather'] }])
  expect(await said('variable', 'ls')).toMatch(/^cities +\["Oslo"\] +weather +.* ago$/m)
  expect(await said('variable', 'inspect', 'cities')).toMatch(/^cities\nValue +\["Oslo"\]\n[\s\S]* by key "local admin"\n$/)
  expect(await said('variable', 'unset', 'zip')).toBe('Deleted variable zip.\n')
  expect(await run('variable', 'get', 'citties')).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('Did you mean "cities"?') })
  expect(await run('variable', 'set', 'No', '1')).toMatchObject({ code: 2, stderr: expect.stringContaining('name') })
})

test('schedules of a deployment: made, listed in words, paused, resumed, deleted; a deploy says which there are', async () => {
  await said('work-pool', 'create', 'timed')
  const deploy = (...args: string[]) => run('deploy', 'flows.ts:cities', '--name', 'timed', '--pool', 'timed', ...args)
  await deploy()
  const schedule = (verb: string, ...args: string[]) => said('deployment', 'schedule', verb, 'cities/timed', ...args)
  expect((await run('deployment', 'schedule', 'ls', 'timed')).stderr).toContain(
    'cities/timed has no schedules. Make one: weir deployment schedule create',
  )
  expect(await schedule('create', '--cron', '0 9 * * 1-5', '--timezone', 'Europe/Berlin')).toMatch(
    /^Created schedule cron of cities\/timed: every weekday at 09:00, Europe\/Berlin\. Next: \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\n$/,
  )
  const often = ['--interval', '15m', '--slug', 'often', '--overlap', 'queue-one', '--catch-up', 'latest', '--max-lateness', '10m', '--paused']
  expect(await schedule('create', ...often)).toBe('Created schedule often of cities/timed: every 15 minutes, UTC. It is paused.\n')
  expect(await schedule('ls')).toMatch(
    /^SLUG +SCHEDULE +NEXT +WHEN +CATCH-UP +OVERLAP\ncron +every weekday at 09:00, Europe\/Berlin +\d{4}.* +in .* +skip +allow\noften +every 15 minutes, UTC +paused +latest +queue-one\n$/,
  )
  expect(await run('deployment', 'schedule', 'create', 'cities/timed', '--interval', '1h', '--slug', 'often')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('has a schedule "often" already'),
  })
  expect(await run('deployment', 'schedule', 'create', 'cities/timed', '--cron', '61 * * * *')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--cron: '),
  })
  expect(await run('deployment', 'schedule', 'create', 'cities/timed', '--interval', '1h', '--max-lateness', 'soon')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--max-lateness: "soon" is no duration'),
  })
  expect(await schedule('resume', 'often')).toBe('Schedule often of cities/timed goes on from now.\n')
  expect((await json<unknown[]>('flow-run', 'ls', '--deployment', 'cities/timed')).length).toBeGreaterThanOrEqual(7)
  expect(await schedule('pause', 'often')).toBe('Schedule often of cities/timed is paused: what it had made and nobody has begun is removed.\n')
  expect(await run('deployment', 'schedule', 'pause', 'cities/timed', 'oftn')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Did you mean "often"?'),
  })
  expect(await schedule('delete', 'often')).toBe('Deleted schedule often of cities/timed.\n')
  const nightly = ['--cron', '0 3 * * *', '--interval', '6h', '--timezone', 'Europe/Berlin']
  expect((await deploy(...nightly)).stdout).toMatch(/^Updated/)
  expect((await deploy(...nightly)).stdout).toMatch(/^Unchanged/)
  expect((await deploy()).stdout).toMatch(/^Unchanged/)
  expect(await json('deployment', 'schedule', 'ls', 'timed')).toMatchObject([
    { slug: 'cron', cron: '0 3 * * *' },
    { slug: 'interval', interval: 21_600 },
  ])
  expect(await json('deployment', 'schedule', 'delete', 'timed', 'interval')).toMatchObject({
    slug: 'interval',
    deployment: 'cities/timed',
    deleted: true,
  })
  expect((await deploy('--no-schedules')).stdout).toMatch(/^Updated/)
  expect(await schedule('clear')).toBe('Deleted 0 schedules of cities/timed.\n')
  expect(await json('flow-run', 'ls', '--deployment', 'cities/timed')).toEqual([])
  expect(await said('deployment', 'delete', 'cities/timed')).toBe('Deleted deployment cities/timed.\n')
})

test('what programs read has the shapes of docs/cli.md: nothing more, nothing less, everything of its type', async () => {
  await said('work-pool', 'create', 'shapes', '--if-missing')
  await said('deploy', 'flows.ts:cities', '--name', 'shapes', '--pool', 'shapes', '--description', 'for its shape')
  const [{ id }] = await json<[{ id: string }]>('flow-run', 'ls', '--flow', 'cities', '--state', 'failed')
  const due = await json<{ id: string }>('deployment', 'run', 'cities/shapes', '--at', '+1h')
  const lineOf = async (...args: string[]) => (await said(...args, '-o', 'json')).trimEnd().split('\n').at(-1) as string
  const samples: [string, string][] = [
    ['FlowRun[]', JSON.stringify(await json('flow-run', 'ls'))],
    ['FlowRun & { existed: boolean }', JSON.stringify(due)],
    ['FlowRunDetail', JSON.stringify(await json('flow-run', 'inspect', id))],
    ['FlowRunDetail', JSON.stringify(await json('flow-run', 'inspect', due.id))],
    ['FlowRunWhy', JSON.stringify(await json('flow-run', 'why', due.id))],
    ['FlowRun', JSON.stringify(await json('flow-run', 'cancel', due.id))],
    ['LogLine', await lineOf('flow-run', 'logs', id)],
    ['LogLine', await lineOf('task-run', 'logs', id, 'fetch-0')],
    ['Flow[]', JSON.stringify(await json('flow', 'ls'))],
    ['FlowDetail', JSON.stringify(await json('flow', 'inspect', 'cities'))],
    ['Artifact[]', JSON.stringify(await json('artifact', 'ls'))],
    ['Deleted', JSON.stringify(await json('artifact', 'delete', id, 'done'))],
    ['TaskRun[]', JSON.stringify(await json('task-run', 'ls', id))],
    ['TaskRunDetail', JSON.stringify(await json('task-run', 'inspect', id, 'fetch-1'))],
    ['Artifact[]', JSON.stringify(await json('artifact', 'ls', id))],
    ['Artifact', JSON.stringify(await json('artifact', 'inspect', id, 'note'))],
    ['Deployment[]', JSON.stringify(await json('deployment', 'ls'))],
    ['DeploymentDetail', JSON.stringify(await json('deployment', 'inspect', 'cities/shapes'))],
    ['Deployment', JSON.stringify(await json('deployment', 'pause', 'cities/shapes'))],
    ['Deployment', JSON.stringify(await json('deployment', 'resume', 'cities/shapes'))],
    ['WorkPool[]', JSON.stringify(await json('work-pool', 'ls'))],
    ['Schedule', JSON.stringify(await json('deployment', 'schedule', 'create', 'cities/shapes', '--interval', '1h', '--slug', 'shape'))],
    ['Schedule[]', JSON.stringify(await json('deployment', 'schedule', 'ls', 'cities/shapes'))],
    ['Schedule', JSON.stringify(await json('deployment', 'schedule', 'pause', 'cities/shapes', 'shape'))],
    ['{ deployment: string; deleted: number }', JSON.stringify(await json('deployment', 'schedule', 'clear', 'cities/shapes'))],
    ['WorkPool & { created: boolean }', JSON.stringify(await json('work-pool', 'create', 'shapes', '--if-missing'))],
    ['WorkPoolDetail', JSON.stringify(await json('work-pool', 'inspect', 'shapes'))],
    ['WorkPool', JSON.stringify(await json('work-pool', 'set-concurrency-limit', 'shapes', '2'))],
    ['WorkQueue[]', JSON.stringify(await json('work-queue', 'ls'))],
    ['WorkQueue', JSON.stringify(await json('work-queue', 'inspect', 'shapes/default'))],
    ['Worker[]', JSON.stringify(await json('worker', 'ls'))],
    ['ConcurrencyLimit', JSON.stringify(await json('concurrency-limit', 'create', 'shapes', '--limit', '1'))],
    ['ConcurrencyLimit[]', JSON.stringify(await json('concurrency-limit', 'ls'))],
    ['ConcurrencyLimitDetail', JSON.stringify(await json('concurrency-limit', 'inspect', 'shapes'))],
    ['ConcurrencyLimit & { releasedLeases: number }', JSON.stringify(await json('concurrency-limit', 'reset', 'shapes'))],
    ['Variable & { created: boolean }', JSON.stringify(await json('variable', 'set', 'shape', '{"a": [1]}'))],
    ['Variable[]', JSON.stringify(await json('variable', 'ls'))],
    ['Variable', JSON.stringify(await json('variable', 'inspect', 'shape'))],
    ['Secret[]', JSON.stringify(await json('secret', 'ls'))],
    ['Block[]', JSON.stringify(await json('block', 'ls'))],
    ['Block', JSON.stringify(await json('block', 'inspect', 'warehouse/main'))],
    ['BlockType[]', JSON.stringify(await json('block', 'type', 'ls'))],
    ['Deleted', JSON.stringify(await json('block', 'delete', 'warehouse/main'))],
    ['NewApiKey', JSON.stringify(await json('api-key', 'create', 'shape', '--role', 'worker'))],
    ['ApiKey & { key: string; previous: ApiKey }', JSON.stringify(await json('api-key', 'rotate', 'shape', '--overlap', '1h'))],
    ['ManyFlowRuns', JSON.stringify(await json('flow-run', 'cancel', '--flow', 'cities', '--dry-run'))],
    ['ManyFlowRuns', JSON.stringify(await json('flow-run', 'cancel', '--deployment', 'cities/shapes'))],
    ['Operation[]', JSON.stringify(await json('operation', 'ls'))],
    ['Operation', JSON.stringify(await json('operation', 'inspect', (await json<{ id: string }[]>('operation', 'ls'))[0]?.id ?? ''))],
    ['AuditRow[]', JSON.stringify(await json('audit', 'ls', '--limit', '3'))],
    ['ServiceAccount', JSON.stringify(await json('service-account', 'create', 'shape', '--role', 'viewer'))],
    ['ServiceAccount[]', JSON.stringify(await json('service-account', 'ls'))],
    ['Deleted', JSON.stringify(await json('service-account', 'delete', 'shape'))],
    ['ApiKey[]', JSON.stringify(await json('api-key', 'ls', '--all'))],
    ['ApiKey', JSON.stringify(await json('api-key', 'revoke', (await json<{ id: string }[]>('api-key', 'ls'))[0]?.id ?? ''))],
    ['SchedulePreview', JSON.stringify(await json('schedule', 'preview', '--cron', '@daily'))],
    ['ServerStatus', JSON.stringify(await json('server', 'status'))],
    ['ServerBackup', JSON.stringify(await json('server', 'backup', join(folder, 'shapes.backup')))],
    ['Profile[]', JSON.stringify(await json('profile', 'ls'))],
    ['Setting[]', JSON.stringify(await json('config', 'view'))],
    ['Setting', JSON.stringify(await json('config', 'get', 'api-url'))],
    ['Version', JSON.stringify(await json('version'))],
  ]
  const page = readFileSync(join(root, 'docs', 'cli.md'), 'utf8')
  const types = /^```ts\n([\s\S]*?)^```/m.exec(page.slice(page.indexOf('## JSON')))?.[1] as string
  const file = join(folder, 'shapes.ts')
  // A literal may have no property that its type has not, at any depth.
  writeFileSync(
    file,
    `export {}\n${types}\n${samples.map(([type, value], index) => `const sample${index}: ${type} = ${value}\nvoid sample${index}\n`).join('')}`,
  )
  const compiler = join(root, 'node_modules', 'typescript7', 'bin', 'tsc')
  const checked = spawnSync(
    process.execPath,
    [compiler, '--ignoreConfig', '--noEmit', '--strict', '--types', '', '--lib', 'es2022', '--target', 'es2022', file],
    { encoding: 'utf8' },
  )
  expect(checked.stdout).toBe('')
  expect(checked.status).toBe(0)
})

/** What is offered after these words, the last one as far as it is typed. */
const offered = async (...words: string[]) =>
  (await said('__complete', ...words))
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t')[0])

test('completion offers commands, options, choices and what there is', async () => {
  expect(await offered('dep')).toEqual(['names', 'deploy', 'deployment'])
  expect(await offered('work-pool', 'p')).toEqual(['names', 'pause'])
  expect(await offered('flow-run', 'ls', '--st')).toEqual(['names', '--state'])
  expect(await offered('flow-run', 'ls', '--state', 'c')).toEqual(['names', 'cancelling', 'completed', 'cancelled', 'crashed'])
  expect(await offered('api-key', 'create', 'x', '--role', 'v')).toEqual(['names', 'viewer'])
  expect(await offered('work-pool', 'pause', '')).toEqual(['names', ...(await json<{ name: string }[]>('work-pool', 'ls')).map(({ name }) => name)])
  expect(await offered('worker', 'start', '--pool', 'bi')).toEqual(['names', 'big'])
  expect(await offered('work-queue', 'pause', 'lanes/u')).toEqual(['names', 'lanes/urgent'])
  expect(await offered('deployment', 'run', 'ci')).toEqual(['names', 'cities/shapes'])
  expect(await offered('variable', 'get', 'c')).toEqual(['names', 'cities'])
  expect(await offered('concurrency-limit', 'inspect', 'd')).toEqual(['names', 'database'])
  const [{ id, name }] = await json<[{ id: string; name: string }]>('flow-run', 'ls', '--flow', 'cities', '--state', 'failed')
  expect(await offered('flow-run', 'logs', '')).toEqual(expect.arrayContaining([id, name]))
  expect(await offered('task-run', 'logs', id, 'fetch')).toEqual(['names', 'fetch-0', 'fetch-1'])
  expect(await offered('artifact', 'inspect', name, 'w')).toEqual(['names', 'warmest'])
  expect(await offered('deploy', 'flo')).toEqual(['files'])
  const schema = { properties: { day: { type: 'string' }, cities: { type: ['array', 'null'] } } }
  const input = { flowName: 'cities', name: 'typed', entrypoint: 'flows.ts:cities', path: folder, workPoolName: 'big', parameterSchema: schema }
  await said('api', 'mutation ($input: SaveDeploymentInput!) { saveDeployment(input: $input) { __typename } }', '-v', JSON.stringify({ input }))
  expect(await said('__complete', 'deployment', 'run', 'cities/typed', '--param', '')).toBe('names\nday=\tstring\ncities=\tarray | null\n')
  await said('deployment', 'delete', 'cities/typed')
})

test('completion of what is not there, and without a control plane, is nothing at all', async () => {
  for (const words of [
    ['frobnicate', ''],
    ['flow-run', 'frobnicate', ''],
    ['work-pool', 'pause', 'big', ''],
  ])
    expect(await offered(...words)).toEqual(['names'])
  const silent = await lines.run(['__complete', 'work-pool', 'pause', ''], { env: { WEIR_API_URL: 'http://127.0.0.1:1' } })
  expect(silent).toEqual({ code: 0, stdout: 'names\n', stderr: '' })
})

test('bash takes what completion offers, with what a shell would split in quotes', async () => {
  writeFileSync(join(folder, 'profiles.toml'), '[profiles."two words"]\n')
  const script =
    (await said('completion', 'bash')) +
    `
    weir() { "${process.execPath}" "${join(root, 'sdk', 'bin', 'weir.mjs')}" "$@"; }
    for line in "profile use tw" "work-q"; do
      COMP_WORDS=(weir $line); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _weir; printf '%s\n' "\${COMPREPLY[@]}"
    done`
  const bash = spawnSync('bash', ['--norc', '-c', script], { encoding: 'utf8', env: { PATH: process.env['PATH'] ?? '', WEIR_HOME: folder } })
  expect(bash).toMatchObject({ status: 0, stderr: '', stdout: 'two\\ words\nwork-queue\n' })
  for (const shell of ['zsh', 'fish']) {
    const printed = await said('completion', shell)
    expect(printed).toContain('weir __complete')
    // Its grammar, where that shell is installed.
    writeFileSync(join(folder, `completion.${shell}`), printed)
    const { error, status, stderr } = spawnSync(shell, ['-n', join(folder, `completion.${shell}`)], { encoding: 'utf8' })
    if (error) expect(error).toMatchObject({ code: 'ENOENT' })
    else expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  }
})

test('deployments are listed by flow, pool, tag and pause; lists go on beyond a page of the API', async () => {
  const names = async (...flags: string[]) => (await json<{ name: string }[]>('deployment', 'ls', ...flags)).map(({ name }) => name)
  expect(await names('--flow', 'cities', '--work-pool', 'shapes')).toEqual(['cities/shapes'])
  expect(await names('--flow', 'towns')).toEqual([])
  expect(await names('--paused')).toEqual([])
  expect((await run('deployment', 'ls', '--tag', 'none')).stderr).toBe('No deployment matches.\n')
  const [{ id }] = await json<[{ id: string }]>('flow-run', 'ls', '--flow', 'cities', '--state', 'failed')
  expect(await json('task-run', 'ls', id, '-n', '1000')).toHaveLength(2)
  expect((await run('task-run', 'ls', id, '-n', '1')).stderr).toBe('1 of 2. More: --limit 200\n')
})

test('flows: listed with their deployments, inspected with their runs', async () => {
  expect(await said('flow', 'ls')).toMatch(/^cities +shapes +.* ago$/m)
  expect(await said('flow', 'inspect', 'cities')).toMatch(
    /^cities\nId [\s\S]*\nRuns +\d+\n\nDEPLOYMENT[\s\S]*\ncities\/shapes +shapes +1 +flows\.ts:cities\n\nLATEST RUNS/,
  )
  expect(await run('flow', 'inspect', 'citys')).toMatchObject({ code: 2, stderr: expect.stringContaining('Did you mean "cities"?') })
  const [{ id }] = await json<[{ id: string }]>('flow-run', 'ls', '--flow', 'cities', '--state', 'failed')
  expect(await said('artifact', 'ls', '--key', 'warmest')).toMatch(new RegExp(`^[0-9a-f-]{36} +warmest +table +${id} `, 'm'))
})

test('things that are named are deleted one after the other, and what is still named stays', async () => {
  expect(await run('work-pool', 'delete', 'shapes')).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/work pool "shapes" stays: .*1 deployment names it/),
  })
  expect(await run('work-queue', 'delete', 'lanes/default')).toMatchObject({ stdout: '', stderr: expect.stringContaining('default') })
  expect(await said('work-queue', 'delete', 'lanes/bulk')).toBe('Deleted work queue lanes/bulk.\n')
  expect(await said('deployment', 'delete', 'shapes')).toBe('Deleted deployment cities/shapes.\n')
  expect(await run('flow', 'delete', 'cities')).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('flow "cities" stays') })
  for (const { id, name } of await json<{ id: string; name: string }[]>('flow-run', 'ls', '--flow', 'cities')) {
    expect(await said('flow-run', 'delete', id)).toBe(`Deleted flow run ${name}.\n`)
  }
  expect(await json('flow', 'delete', 'cities')).toMatchObject({ name: 'cities', deleted: true })
  expect(await said('work-pool', 'delete', 'shapes')).toBe('Deleted work pool shapes.\n')
  expect(await run('deployment', 'inspect', 'cities/shapes')).toMatchObject({ code: 2, stderr: expect.stringContaining('no deployment') })
})

test('api takes variables one by one, and reads page after page as one answer', async () => {
  for (const letter of ['a', 'b', 'c']) await said('variable', 'set', `page-${letter}`, '1', '--tag', 'paged')
  const query = `query ($after: String, $tag: String!) { variables(first: 2, after: $after, filter: { tags: { all: [$tag] } }) {
    nodes { name } pageInfo { hasNextPage endCursor } } }`
  const answer = await json<{ data: { variables: { nodes: { name: string }[]; pageInfo: object } } }>(
    'api',
    query,
    '--var',
    'tag=paged',
    '--paginate',
  )
  expect(answer.data.variables.nodes.map(({ name }) => name).sort()).toEqual(['page-a', 'page-b', 'page-c'])
  expect(answer.data.variables.pageInfo).toMatchObject({ hasNextPage: false })
  expect(await run('api', '{ viewer { actor } }', '--paginate')).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('$after') })
  const none = 'query ($after: String) { variables(first: 2, after: $after) { nodes { name } } }'
  expect(await run('api', none, '--paginate')).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('pageInfo') })
  const wrong = await run('api', query.replace('$tag: String!', '$tag: Int!'), '--paginate', '--var', 'tag=1')
  expect(wrong.code).toBe(1)
  expect(JSON.parse(wrong.stdout)).toHaveProperty('errors')
})

test('api follows a subscription, one line a message', async () => {
  const following = startWeir(['api', 'subscription ($since: String) { flowRunsChanged(since: $since) { cursor reset } }'], { home })
  await following.said(/^\{"data":\{"flowRunsChanged":\{"cursor":".+","reset":false\}\}\}\n/)
  following.child.kill('SIGINT')
  expect(await following.ended).toMatchObject({ stderr: '' })
})

test('many runs at once: counted, cancelled, retried, deleted; what cannot be is named', async () => {
  await said('work-pool', 'create', 'many', '--if-missing')
  await said('deploy', 'flows.ts:cities', '--name', 'many', '--pool', 'many')
  for (const name of ['m1', 'm2', 'm3']) await said('deployment', 'run', 'cities/many', '--name', name, '--at', '+1h')
  const of = ['--deployment', 'cities/many']
  expect(await said('flow-run', 'cancel', ...of, '--dry-run')).toBe('It would cancel 3 flow runs.\n')
  expect(await said('flow-run', 'cancel', ...of, '--reason', 'wrong day')).toBe('Cancelled: 3 of 3.\n')
  expect(await json('flow-run', 'ls', ...of, '--state', 'cancelled')).toHaveLength(3)
  expect(await run('flow-run', 'cancel', 'm1', ...of)).toMatchObject({ code: 2, stderr: expect.stringContaining('Leave one of them out') })
  expect(await run('flow-run', 'retry')).toMatchObject({ code: 2, stderr: expect.stringContaining('--filter {}') })
  expect(await said('flow-run', 'retry', ...of, '--filter', '{"name": {"in": ["m1", "m2"]}}')).toBe('Queued again: 2 of 2.\n')
  const again = await run('flow-run', 'retry', ...of, '--filter', '{"name": {"equals": "m1"}}')
  expect(again).toMatchObject({ code: 1, stdout: 'Queued again: 0 of 1.\n', stderr: expect.stringMatching(/^left: [0-9a-f-]{36} {2}\S/m) })
  expect(await said('flow-run', 'delete', ...of)).toBe('Deleted: 3 of 3.\n')
  expect(await said('flow-run', 'delete', ...of)).toBe('Deleted: 0 of 0.\n')

  const retried = (await json<{ id: string; kind: string; totalCount: number; refusedCount: number }[]>('operation', 'ls')).find(
    ({ kind, refusedCount }) => kind === 'RETRY_FLOW_RUNS' && refusedCount === 1,
  )
  const end = retried?.id.slice(-10) as string
  expect(await said('operation', 'ls', '--limit', '5')).toMatch(new RegExp(`^${retried?.id} +retry +completed +1 of 1 +1 .*key "local admin"`, 'm'))
  expect(await offered('operation', 'inspect', retried?.id.slice(0, 34) as string)).toContain(retried?.id)
  expect(await run('operation', 'inspect', end)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^left as they are +1$/m) })
  expect(await run('operation', 'watch', end)).toMatchObject({ code: 1, stdout: 'It is completed: changed 0 of 1.\n' })
  expect(await said('operation', 'cancel', end)).toBe('It is completed: 1 of 1 were met.\n')
  expect(await run('operation', 'inspect', 'nothing')).toMatchObject({ code: 2, stderr: expect.stringContaining('weir operation ls') })
  expect(await json('audit', 'ls', '--action', 'flow-runs:retry', '--actor', 'admin', '--since', '2020-01-01T00:00:00Z')).toEqual(
    expect.arrayContaining([expect.objectContaining({ action: 'flow-runs:retry', subject: retried?.id })]),
  )
  expect(await run('audit', 'ls', '--until', '2020-01-01T00:00:00Z')).toMatchObject({
    code: 0,
    stdout: '',
    stderr: expect.stringContaining('matches'),
  })
  await said('deployment', 'delete', 'cities/many')
})

test('options of every command may stand before its noun', async () => {
  const { code, stdout } = await run('--profile', 'local', '-o', 'json', 'work-pool', 'ls')
  expect({ code, pools: JSON.parse(stdout) }).toMatchObject({ code: 0, pools: expect.any(Array) })
  expect(await run('--profile', 'nowhere', '--no-prompt', 'work-pool', 'ls')).toMatchObject({ code: 2, stderr: expect.stringContaining('nowhere') })
})

test('a list loads what it needs and no more: no second HTTP client, no package but the one that reads command lines', async () => {
  const report = `import { registerHooks } from 'node:module'
    const loaded = []
    registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context) } })
    process.on('exit', () => console.error(JSON.stringify([...loaded, ...process.moduleLoadList])))`
  const { code, stderr } = await weir(['flow-run', 'ls'], {
    home,
    env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(report)}` },
  })
  expect(code, stderr).toBe(0)
  const loaded = JSON.parse(stderr.trimEnd().split('\n').at(-1) as string) as string[]
  const packages = loaded.flatMap((name) => /node_modules\/([^/]+)\//.exec(name)?.[1] ?? [])
  expect([...new Set(packages)]).toEqual(['commander'])
  expect(loaded.filter((name) => /undici|node:http2|node:crypto$/.test(name))).toEqual([])
  expect(loaded.filter((name) => name.startsWith('file:')).length).toBeLessThan(40)
})

test('a service account has keys with its role at most; a rotated key takes the place of the old one, which goes on for a while', async () => {
  expect(await said('service-account', 'create', 'robot', '--role', 'viewer', '--description', 'builds')).toContain('--service-account robot')
  const first = (await said('api-key', 'create', 'build', '--service-account', 'robot', '--scope', 'variables:*')).trim()
  const using = (key: string, ...args: string[]) => lines.run(args, { env: { WEIR_API_KEY: key } })
  expect((await using(first, 'variable', 'ls')).code).toBe(0)
  expect((await using(first, 'work-pool', 'ls')).code).toBe(3)
  const rotated = await run('api-key', 'rotate', 'build', '--overlap', '1h')
  expect(rotated).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/^The old key ends in (59 m \d+ s|1 h 0 m)\. The new API key build is shown this once:\n$/),
  })
  for (const key of [first, rotated.stdout.trim()]) expect((await using(key, 'variable', 'ls')).code).toBe(0)
  expect(await said('service-account', 'ls')).toMatch(/^robot +viewer +2 +.* ago +builds$/m)
  expect(await said('api-key', 'ls')).toMatch(/build +viewer \(variables:\*\) +● active, expires in [^\n]* robot /)
  expect(await said('service-account', 'delete', 'robot')).toBe('Deleted service account robot.\n')
  expect((await using(first, 'variable', 'ls')).code).toBe(3)
})

test.each([
  ['a pool that is not there', ['work-pool', 'pause', 'bgi'], 2, /no work pool "bgi"[\s\S]*Did you mean "big"/],
  ['a change of nothing', ['work-pool', 'update', 'big'], 2, /--description/],
  ['a limit that is none', ['work-pool', 'set-concurrency-limit', 'big', '0'], 2, /from 1 to 1000000, or none/],
  ['a queue without its pool', ['work-queue', 'inspect', 'urgent'], 2, /Which work pool[\s\S]*POOL\/urgent/],
  ['a queue with two pools', ['work-queue', 'inspect', 'lanes/urgent', '--pool', 'big'], 2, /names a work pool, and --pool another/],
  ['a queue that is not there', ['work-queue', 'pause', 'lanes/urgnt'], 2, /"urgnt"[\s\S]*Did you mean "urgent"/],
  ['a queue twice', ['work-queue', 'create', 'lanes/urgent'], 1, /urgent/],
  ['a role that is not there', ['api-key', 'create', 'x', '--role', 'root'], 2, /admin, editor, viewer, worker/],
  ['a key without a role', ['api-key', 'create', 'x'], 2, /--role/],
  ['a scope that is not there', ['api-key', 'create', 'x', '--role', 'viewer', '--scope', 'everything'], 2, /everything/],
  ['a key of nobody', ['api-key', 'create', 'x', '--service-account', 'robot'], 2, /no service account "robot"/],
  ['an overlap that is none', ['api-key', 'rotate', 'ci', '--overlap', 'soon'], 2, /no duration/],
  ['a key that is not there', ['api-key', 'revoke', 'cii'], 2, /no API key "cii"[\s\S]*"ci"/],
  ['a deployment that is not there', ['deployment', 'pause', 'etl/nightly'], 2, /no deployment "etl\/nightly"[\s\S]*weir deploy/],
] as [string, string[], number, RegExp][])('%s is refused', async (_what, args, code, expected) => {
  expect(await run(...args)).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(expected) })
})
