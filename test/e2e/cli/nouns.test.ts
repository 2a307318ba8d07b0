/** The commands of every noun against one started control plane without a worker: what they change, what people read, what programs read. */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ControlPlane } from '../../../server/index.ts'
import { makeHome, removeHome, startBuiltControlPlane } from '../../support/control-plane.ts'
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

beforeAll(async () => {
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
  expect(await said('work-queue', 'create', 'lanes/urgent', '--priority', '2')).toBe('Created work queue lanes/urgent, priority 2, no limit.\n')
  expect(await json('work-queue', 'create', 'bulk', '--pool', 'lanes', '--concurrency-limit', '2')).toMatchObject({
    workPool: 'lanes',
    concurrencyLimit: 2,
  })
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
  ['a key that is not there', ['api-key', 'revoke', 'cii'], 2, /no API key "cii"[\s\S]*"ci"/],
  ['a deployment that is not there', ['deployment', 'pause', 'etl/nightly'], 2, /no deployment "etl\/nightly"[\s\S]*weir deploy/],
] as [string, string[], number, RegExp][])('%s is refused', async (_what, args, code, expected) => {
  expect(await run(...args)).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(expected) })
})
