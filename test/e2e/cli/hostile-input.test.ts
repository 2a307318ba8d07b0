/** Command lines, files and surroundings that are wrong: a clear message on stderr, the right exit code, no stack, nothing made. */
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ControlPlane } from '../../../server/index.ts'
import { ask, fill, makeHome, removeHome, startBuiltControlPlane } from '../../support/control-plane.ts'
import { type CommandLines, openCommandLines } from '../../sdk/support/command-lines.ts'
import { weir } from './weir.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const home = makeHome()
const emptyHome = makeHome()
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'weir-cli-')))
let plane: ControlPlane
let lines: CommandLines
let stranger: Server
let strange = ''
let silent = ''

const FILES: Record<string, string> = {
  'good.ts': `import { flow } from 'weirflow'\nimport { z } from 'zod'\nexport const good = flow({ name: 'good', parameters: z.object({ n: z.number().optional() }) }, async () => 1)\nexport const other = 3\n`,
  'two.ts': `import { flow } from 'weirflow'\nexport const one = flow({ name: 'one' }, async () => 1)\nexport const two = flow({ name: 'two' }, async () => 2)\n`,
  'syntax.ts': 'export const f = (\n',
  'throws.ts': 'throw new RangeError("at import")\n',
  'missing.ts': `import 'no-such-package-anywhere'\n`,
  'empty.ts': '',
  'notes.txt': 'not a module',
  'broken.json': '{"n": ',
}

beforeAll(async () => {
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text)
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(join(root, 'sdk'), join(folder, 'node_modules', 'weirflow'))
  symlinkSync(join(root, 'node_modules', 'zod'), join(folder, 'node_modules', 'zod'))
  writeFileSync(join(emptyHome, 'control-plane.lock'), '{"owner": {"pid"')
  await fill(home)
  plane = await startBuiltControlPlane({ home })
  stranger = createServer((_, response) => response.end('<html>Welcome to nginx!</html>'))
  await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve))
  const closed = createServer()
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve))
  silent = `http://127.0.0.1:${(closed.address() as AddressInfo).port}`
  await new Promise((resolve) => closed.close(resolve))
  strange = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`
  lines = openCommandLines({ home, cwd: folder })
  await weir(['work-pool', 'create', 'local'], { home })
  const deployed = await weir(['deploy', 'good.ts:good', '--name', 'main', '--pool', 'local'], { home, cwd: folder })
  expect(deployed.code, deployed.stderr).toBe(0)
})

afterAll(async () => {
  await lines?.close()
  await plane?.stop()
  stranger?.close()
  await removeHome(home)
  rmSync(emptyHome, { recursive: true, force: true })
  rmSync(folder, { recursive: true, force: true })
})

const DEPLOY = ['--name', 'x', '--pool', 'local']
const ESCAPE = '\u001b]0;owned\u0007\u001b[31m'
const ID = '01a1fea6-c899-76dc-a33c-910e2a86426e'

/** What is typed, the exit code, what stderr says. */
const CASES: [string, string[], number, RegExp][] = [
  ['an unknown command', ['deploymnt'], 2, /no command "deploymnt"[\s\S]*weir deployment/],
  ['a command that is an object member', ['constructor'], 2, /no command "constructor"/],
  ['an unknown verb', ['flow-run', 'inspct', ID], 2, /'inspct'[\s\S]*inspect/],
  ['an unknown flag before the noun', ['--profil', 'work', 'flow-run', 'ls'], 2, /'--profil'[\s\S]*--profile/],
  ['an unknown flag', ['flow-run', 'ls', '--stat', 'failed'], 2, /'--stat'[\s\S]*--state/],
  ['a flag without its value', ['flow-run', 'ls', '--state'], 2, /--state[\s\S]*argument missing/],
  ['an argument too many', ['flow-run', 'inspect', ID, ID], 2, /too many arguments/i],
  ['an argument too few', ['deployment', 'run'], 2, /flow\/deployment/],
  ['a number that is none', ['flow-run', 'ls', '-n', '1e3'], 2, /whole number from 1 to 10000/],
  ['a number out of bounds', ['worker', 'start', '--pool', 'local', '--limit', '0'], 2, /whole number from 1/],
  ['an unknown format', ['flow-run', 'ls', '-o', 'yaml'], 2, /"yaml"[\s\S]*-o json/],
  ['a missing required flag', ['deploy', 'good.ts:good', '--pool', 'local'], 2, /--name/],
  ['contact lost: something else', ['deploy', 'good.ts:good', ...DEPLOY, '--on-contact-lost', 'wait'], 2, /continue, stop/],
  ['retries of crashes without a fence', ['deploy', 'good.ts:good', ...DEPLOY, '--retry-on-crash', '1'], 2, /STOP[\s\S]*--on-contact-lost stop/],
  ['a missing file', ['deploy', 'gone.ts:good', ...DEPLOY], 2, /no file .*gone\.ts/],
  ['a folder', ['deploy', `${tmpdir()}:good`, ...DEPLOY], 2, /no file/],
  ['a file that is no module', ['deploy', 'notes.txt:good', ...DEPLOY], 2, /notes\.txt/],
  ['an export that is not there', ['deploy', 'good.ts:god', ...DEPLOY], 2, /"god"[\s\S]*"good"/],
  ['an export every object has', ['deploy', 'good.ts:toString', ...DEPLOY], 2, /no export "toString"/],
  ['an export that is no flow', ['deploy', 'good.ts:other', ...DEPLOY], 2, /"other".*is a number/],
  ['an empty export', ['deploy', 'good.ts:', ...DEPLOY], 2, /after the colon/],
  ['a file of several flows', ['run', 'two.ts'], 2, /2 flows[\s\S]*two\.ts:one/],
  ['a file without flows', ['run', 'empty.ts'], 2, /no flow|0 flows/],
  ['an error of syntax', ['deploy', 'syntax.ts:f', ...DEPLOY], 2, /syntax\.ts[\s\S]*SyntaxError/],
  ['a module that throws', ['run', 'throws.ts:f'], 2, /RangeError: at import[\s\S]*throws\.ts:1/],
  ['a package that is missing', ['run', 'missing.ts:f'], 2, /no-such-package-anywhere/],
  ['a deployment name with a slash', ['deploy', 'good.ts:good', '--name', 'a/b', '--pool', 'local'], 2, /name/],
  ['a name of control characters', ['work-pool', 'create', `x${ESCAPE}`], 2, /name/],
  ['an empty name', ['work-pool', 'create', ''], 2, /name/],
  ['a name of 300 letters', ['work-pool', 'create', 'x'.repeat(300)], 2, /name/],
  ['a pool type that is not there', ['work-pool', 'create', 'pool', '--type', 'kubernets'], 2, /type/],
  ['a pool that is not there', ['deploy', 'good.ts:good', '--name', 'x', '--pool', 'lcal'], 2, /no work pool "lcal"[\s\S]*"local"/],
  ['a worker for no pool', ['worker', 'start', '--pool', 'lcal'], 2, /no work pool "lcal"[\s\S]*"local"/],
  [
    'serving with a key of somebody else',
    ['serve', 'good.ts:good', '--name', 'x', '--api-key', `weir_local_${'1'.repeat(32)}_${'a'.repeat(43)}`],
    3,
    /does not accept/,
  ],
  [
    'serving for nobody',
    ['serve', 'good.ts:good', '--name', 'x', '--api-url', 'http://127.0.0.1:1', '--api-key', 'x'],
    3,
    /Cannot reach[\s\S]*--api-url/,
  ],
  ['serving a schedule that is none', ['serve', 'good.ts:good', '--name', 'x', '--cron', 'daily'], 2, /cron: "daily"/],
  ['a label that is none', ['worker', 'start', '--pool', 'local', '--label', 'zone'], 2, /NAME=VALUE/],
  ['an environment variable that is none', ['deploy', 'good.ts:good', ...DEPLOY, '--env', '=1'], 2, /NAME=VALUE/],
  ['a deployment that is not there', ['deployment', 'run', 'god/main'], 2, /no deployment "god\/main"[\s\S]*"good\/main"/],
  ['a deployment of control characters', ['deployment', 'inspect', `a/${ESCAPE}`], 2, /no deployment/],
  ['a run that is not there', ['flow-run', 'inspect', ID], 2, /no flow run/],
  ['a run id of control characters', ['flow-run', 'logs', ESCAPE], 2, /no flow run/],
  ['an empty run id', ['flow-run', 'watch', ' '], 2, /empty/],
  ['a level that is not there', ['flow-run', 'logs', ID, '--level', 'loud'], 2, /"loud"[\s\S]*debug/],
  ['a state that is not there', ['flow-run', 'ls', '--state', 'faled'], 2, /"faled"[\s\S]*FAILED/],
  ['a filter that is no JSON', ['flow-run', 'ls', '--filter', '{name}'], 2, /--filter is no JSON/],
  ['a filter with an unknown field', ['flow-run', 'ls', '--filter', '{"nme": 1}'], 2, /nme/],
  ['a parameter without a name', ['deployment', 'run', 'good/main', '-p', '=1'], 2, /NAME=VALUE/],
  ['a parameter of another type', ['deployment', 'run', 'good/main', '-p', 'n=many'], 2, /n: /],
  ['parameters that are no JSON', ['deployment', 'run', 'good/main', '--params', '{n: 1}'], 2, /--params is no JSON/],
  ['parameters that are a list', ['deployment', 'run', 'good/main', '--params', '[1]'], 2, /must be a JSON object, got a list/],
  ['a parameter file that is missing', ['deployment', 'run', 'good/main', '--params', '@gone.json'], 2, /gone\.json/],
  ['a parameter file that is broken', ['deployment', 'run', 'good/main', '--params', '@broken.json'], 2, /--params is no JSON/],
  ['an instant without a zone', ['deployment', 'run', 'good/main', '--at', '2026-01-01'], 2, /with a zone/],
  ['a parameter of a mebibyte', ['deployment', 'run', 'good/main', '--params', '@large.json'], 2, /512 KiB/],
  ['no query', ['api', ' '], 2, /query is empty/],
  ['variables that are text', ['api', '{ viewer { actor } }', '-v', '"x"'], 2, /must be a JSON object/],
  ['a port that is none', ['server', 'start', '--port', '99999'], 2, /whole number/],
]

test.each(CASES)('%s', async (_what, args, code, expected) => {
  if (args.includes('@large.json')) writeFileSync(join(folder, 'large.json'), JSON.stringify({ x: 'x'.repeat(1024 * 1024) }))
  // What starts something, or runs somebody's flow, has a process of its own; the others share one.
  const ended = ['worker', 'server', 'serve', 'run'].includes(args[0] as string) ? await weir(args, { home, cwd: folder }) : await lines.run(args)
  expect(ended.stderr).toMatch(expected)
  expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code, stdout: '' })
  expect(ended.stderr).toMatch(/(^|\n)error: \S/)
  // A frame of the author's file is help, a stack of ours is not.
  expect(ended.stderr).not.toMatch(/\n +at .*(sdk\/|node_modules|node:internal)/)
  expect(ended.stderr).not.toContain('\u001b')
})

test('nothing of all that was made', async () => {
  const data = await ask<{ deployments: { totalCount: number }; workPools: { totalCount: number }; flowRuns: { totalCount: number } }>(
    plane,
    '{ deployments { totalCount } workPools { totalCount } flowRuns { totalCount } }',
  )
  expect(data).toEqual({ deployments: { totalCount: 1 }, workPools: { totalCount: 1 }, flowRuns: { totalCount: 0 } })
})

const SECRET = 'weir_local_0123456789abcdef_thisisthesecretofthekey'

/** The surroundings of `weir deployment ls`, the exit code, what stderr says. */
const SURROUNDINGS: [string, () => Record<string, string>, number, RegExp][] = [
  ['no control plane', () => ({ WEIR_HOME: emptyHome }), 3, /No control plane is configured[\s\S]*weir server start/],
  ['an address where nothing listens', () => ({ WEIR_API_URL: silent }), 3, /Cannot reach http:\/\/127\.0\.0\.1:\d+: nothing listens/],
  ['a host that does not exist', () => ({ WEIR_API_URL: 'http://weir.invalid' }), 3, /Cannot reach http:\/\/weir\.invalid/],
  ['an address of somebody else', () => ({ WEIR_API_URL: strange }), 3, /is no Weir control plane/],
  ['an address that is none', () => ({ WEIR_API_URL: 'not an address' }), 2, /not an address/],
  ['an address of another kind', () => ({ WEIR_API_URL: 'ftp://example.com' }), 2, /ftp/],
  ['a wrong key', () => ({ WEIR_API_KEY: SECRET }), 3, /does not accept the API key/],
  ['a key of line breaks', () => ({ WEIR_API_KEY: 'a\r\nx-evil: 1' }), 2, /key/i],
  ['an empty key', () => ({ WEIR_API_URL: plane.url, WEIR_API_KEY: '', WEIR_HOME: emptyHome }), 3, /No API key is set for http[\s\S]*weir login/],
  ['a profile that is not there', () => ({ WEIR_PROFILE: 'nowhere' }), 2, /nowhere/],
  ['a home that is a file', () => ({ WEIR_HOME: join(folder, 'good.ts') }), 3, /No control plane/],
]

test.each(SURROUNDINGS)('with %s it says so', async (_what, env, code, expected) => {
  const ended = await weir(['deployment', 'ls'], { home, env: env() })
  expect(ended.stderr).toMatch(expected)
  expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code, stdout: '' })
  expect(ended.stderr).not.toContain('thisisthesecret')
  expect(ended.stderr).not.toMatch(/\n +at /)
})

test('for programs an error is JSON on stderr, with its code', async () => {
  for (const [args, env, code, expected] of [
    [['deployment', 'inspect', 'god/main'], {}, 2, 'NOT_FOUND'],
    [['flow-run', 'ls', '--wrong'], {}, 2, 'WRONG_USE'],
    [['flow-run', 'ls'], { WEIR_API_URL: silent }, 3, 'UNREACHABLE'],
    [['flow-run', 'ls'], { WEIR_API_KEY: SECRET }, 3, 'UNAUTHENTICATED'],
  ] as [string[], Record<string, string>, number, string][]) {
    const ended = await weir([...args, '-o', 'json'], { home, env })
    expect(ended).toMatchObject({ code, stdout: '' })
    const lines = ended.stderr.trimEnd().split('\n')
    expect(JSON.parse(lines.at(-1) as string)).toMatchObject({ error: { code: expected, message: expect.any(String), hint: expect.any(String) } })
    const requestId = code === 3 && expected !== 'UNREACHABLE' ? expect.stringMatching(/^[0-9a-f-]{36}$/) : undefined
    expect(JSON.parse(lines.at(-1) as string).error.requestId).toEqual(requestId)
  }
})

test.each(['nonsense', '-1', '0', '1e9'])('a time scale of %s is refused before a worker or a server starts', async (scale) => {
  for (const args of [
    ['worker', 'start', '--pool', 'local'],
    ['server', 'start', '--port', '0'],
  ]) {
    const ended = await weir(args, { home: args[0] === 'server' ? emptyHome : home, env: { WEIR_TIME_SCALE: scale } })
    expect(ended).toMatchObject({ code: 2, stdout: '' })
    expect(ended.stderr).toContain(`WEIR_TIME_SCALE is "${scale}"`)
  }
})

test('nonsense in the settings of a script costs nothing but what it sets', async () => {
  const env = { WEIR_TIME_SCALE: 'nonsense', WEIR_LOG_LEVEL: 'shout', WEIR_DEBUG: '', WEIR_UNKNOWN: '\u001b[31m' }
  expect(await weir(['run', 'good.ts:good'], { home: emptyHome, cwd: folder, env })).toMatchObject({ code: 0, stdout: '1\n' })
})

test('a result that cannot be written is told without a stack', () => {
  const command = `"${process.execPath}" "${join(root, 'sdk', 'bin', 'weir.mjs')}" --help > /dev/full`
  const { status, stderr } = spawnSync('sh', ['-c', command], { encoding: 'utf8' })
  expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringMatching(/^error: Cannot write the result: ENOSPC.*\n$/) })
})

test('a broken profile file is named with its place', async () => {
  const own = makeHome()
  writeFileSync(join(own, 'profiles.toml'), '[profiles.local\nname = ')
  const ended = await weir(['config', 'view'], { home: own })
  rmSync(own, { recursive: true, force: true })
  expect(ended).toMatchObject({ code: 2, stdout: '' })
  expect(ended.stderr).toContain('profiles.toml')
})

test('server stop and status of a home without one say so', async () => {
  expect(await weir(['server', 'status'], { home: emptyHome })).toMatchObject({ code: 3, stdout: expect.stringContaining('○ not running') })
  expect(await weir(['server', 'stop'], { home: emptyHome })).toMatchObject({ code: 0, stdout: expect.stringContaining('No control plane runs') })
})

test('server reset asks, or wants --force, and not while a control plane runs', async () => {
  expect(await weir(['server', 'reset'], { home: emptyHome })).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('--force') })
  expect(await weir(['server', 'reset', '--force'], { home })).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('weir server stop'),
  })
  const own = makeHome()
  writeFileSync(join(own, 'profiles.toml'), 'active = "local"\n')
  writeFileSync(join(own, 'secrets.json'), '{}')
  expect(await weir(['server', 'reset', '--force'], { home: own })).toMatchObject({ code: 0, stdout: expect.stringContaining('is empty') })
  expect(existsSync(join(own, 'secrets.json'))).toBe(false)
  expect(existsSync(join(own, 'profiles.toml'))).toBe(true)
  rmSync(own, { recursive: true, force: true })
})

test('server start in a folder that cannot be written names it', async () => {
  const file = join(folder, 'a-file')
  writeFileSync(file, '')
  chmodSync(file, 0o400)
  const ended = await weir(['server', 'start', '--port', '0'], { home: join(file, 'below') })
  expect(ended).toMatchObject({ code: 3, stdout: '' })
  expect(ended.stderr).toContain(file)
  expect(readFileSync(file, 'utf8')).toBe('')
})
