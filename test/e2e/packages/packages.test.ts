/** What people get from npm works in an empty folder: the SDK alone, then with the control plane beside it. */
import { createHash } from 'node:crypto'
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readBackupFile } from '../../../server/backup/backup-file.ts'
import { makeHome, removeHome } from '../../support/control-plane.ts'
import { install, type Packed, packAll } from './install.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const home = makeHome()
let folder: string
let packed: Packed[]
const running = new Set<ChildProcess>()

const FLOW = `import { flow, logger, task } from 'weirflow'

const add = task({ name: 'add', retries: 1 }, async (a: number, b: number) => a + b)

export const sum = flow({ name: 'sum' }, async ({ a = 1, b = 2 }: { a?: number; b?: number }) => {
  const result: number = await add(a, b)
  logger().info(\`the sum is \${result}\`)
  return result
})

if (import.meta.main) console.log(await sum({ b: 41 }))
`

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'weir-packages-')))
  packed = await packAll(folder)
  await install(folder, [tarball('weirflow')], ['@types/node'])
  writeFileSync(join(folder, 'sum.ts'), FLOW)
})
afterAll(async () => {
  for (const child of running) {
    const ended = new Promise((resolve) => child.once('close', resolve))
    child.kill('SIGTERM')
    await ended
  }
  await removeHome(home)
  rmSync(folder, { recursive: true, force: true })
})

const packageOf = (name: string) => packed.find((one) => one.name === name) as Packed
const tarball = (name: string) => join(folder, packageOf(name).filename)
const manifest = (name: string) => JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8'))
const environment = () => {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('WEIR_')))
  return { ...inherited, NODE_OPTIONS: '', NO_COLOR: '1', WEIR_HOME: home, PATH: `${dirname(process.execPath)}:${process.env['PATH']}` }
}

interface Ended {
  code: number
  stdout: string
  stderr: string
}

/** A command in the folder, to its end. */
const run = (command: string, ...args: string[]): Promise<Ended> => runIn(home, command, ...args)
const runIn = (weirHome: string, command: string, ...args: string[]): Promise<Ended> =>
  new Promise((resolve) => {
    execFile(command, args, { cwd: folder, env: { ...environment(), WEIR_HOME: weirHome } }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr }),
    )
  })
const COMPILER = join(dirname(createRequire(import.meta.url).resolve('typescript7/package.json')), 'bin', 'tsc')
/** The types of files in the folder, and of what they import. */
const compile = (...args: string[]) => run(process.execPath, COMPILER, '--strict', '--noEmit', '--target', 'es2024', '--types', 'node', ...args)
const weir = (...args: string[]) => run(join(folder, 'node_modules', '.bin', 'weir'), ...args)

/** A command that stays; resolves with the first thing that it prints as JSON. */
function start(...args: string[]): Promise<Record<string, unknown>> {
  const child = spawn(join(folder, 'node_modules', '.bin', 'weir'), args, { cwd: folder, env: environment(), stdio: ['ignore', 'pipe', 'pipe'] })
  running.add(child)
  return new Promise((resolve, reject) => {
    let said = ''
    const hear = (chunk: Buffer) => {
      said += chunk
      const ready = said.split('\n').find((line) => line.startsWith('{') && line.includes('"ready"') && line.endsWith('}'))
      if (ready) resolve(JSON.parse(ready))
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.on('close', (code) => {
      running.delete(child)
      reject(new Error(`weir ${args.join(' ')} ended with ${code}: ${said}`))
    })
  })
}

test('the packages hold what they need, their licence, and no sources of ours', () => {
  for (const { name, files, size, unpackedSize } of packed) {
    console.log(`${name}: ${(size / 1024).toFixed(0)} KiB packed, ${(unpackedSize / 1024).toFixed(0)} KiB unpacked, ${files.length} files`)
    const paths = files.map(({ path }) => path)
    expect(paths).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json']))
    expect(paths.filter((path) => !/^(LICENSE|README\.md|package\.json|bin\/|dist\/)/.test(path))).toEqual([])
    expect(paths.filter((path) => (path.endsWith('.ts') && !path.endsWith('.d.ts')) || path.includes('/stamps/'))).toEqual([])
    expect(size).toBeLessThan(2 * 1024 * 1024)
  }
  const sdk = manifest('weirflow')
  expect(sdk).toMatchObject({ license: 'Apache-2.0', type: 'module', engines: { node: '>=24.2' }, bin: { weir: './bin/weir.mjs' } })
  for (const { types, default: code } of Object.values(sdk.exports) as { types: string; default: string }[])
    for (const path of [types, code]) expect(existsSync(join(folder, 'node_modules', 'weirflow', path)), path).toBe(true)
})

test('the SDK alone: version, help, types that hold, and a flow that runs without a control plane', async () => {
  expect(await weir('--version')).toEqual({ code: 0, stdout: `${manifest('weirflow').version}\n`, stderr: '' })
  expect((await weir('--help')).stdout).toContain('worker')
  expect(await compile('--module', 'nodenext', 'sum.ts')).toMatchObject({ code: 0, stdout: '' })
  expect(await run(process.execPath, 'sum.ts')).toMatchObject({ code: 0, stdout: '42\n', stderr: expect.stringContaining('the sum is 42') })
  const missing = await weir('server', 'start')
  expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining('npm install weirflow-server') })
})

test('a project of weir init works at once: it runs, its tests pass, its types hold', async () => {
  expect(await weir('init', 'project')).toMatchObject({ code: 0, stdout: expect.stringContaining('Made project in project') })
  const inProject = (...args: string[]) => run('sh', '-c', 'cd project && exec "$@"', 'sh', process.execPath, ...args)
  expect(await inProject('--env-file-if-exists=.env', 'flows/letters.ts')).toMatchObject({ code: 0, stdout: '14\n' })
  const tested = await inProject('--test')
  expect(tested.code, tested.stdout).toBe(0)
  expect(await inProject(COMPILER)).toMatchObject({ code: 0, stdout: '' })
})

test('with the control plane beside it: start, deploy, serve, run', async () => {
  await install(folder, [tarball('weirflow-server')])
  expect(manifest('weirflow-server')).toMatchObject({ license: 'Apache-2.0', type: 'module', engines: { node: '>=24.2' } })
  // What its README shows, as an editor reads it.
  const program = /```ts\n([\s\S]*?)```/.exec(readFileSync(join(folder, 'node_modules', 'weirflow-server', 'README.md'), 'utf8'))?.[1] as string
  writeFileSync(join(folder, 'plane.ts'), `${program}\nconst port: string = plane.url // @ts-expect-error\nconst none: number = plane.url\n`)
  expect(await compile('--module', 'esnext', '--moduleResolution', 'bundler', 'sum.ts', 'plane.ts')).toMatchObject({ code: 0, stdout: '' })
  const plane = await start('server', 'start', '--port', '0', '-o', 'json')
  expect(await weir('work-pool', 'create', 'local')).toMatchObject({ code: 0 })
  expect(await weir('deploy', 'sum.ts:sum', '--name', 'local', '--pool', 'local')).toMatchObject({ code: 0 })
  await start('worker', 'start', '--pool', 'local', '-o', 'json')
  const watched = await weir('deployment', 'run', 'sum/local', '--param', 'a=2', '--watch')
  expect(watched, watched.stderr).toMatchObject({ code: 0 })
  expect(watched.stdout + watched.stderr).toContain('the sum is 4')
  // The workspace is there too.
  const page = await fetch(`${plane['url']}/`)
  expect([page.status, page.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/html')])
})

test('the commands of docs/start.md work in their order', async () => {
  const page = readFileSync(join(root, 'docs', 'start.md'), 'utf8')
  const lines = [...page.matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, block]) => (block as string).trim().split('\n'))
  // Done by the tests above, or what would end what the tests below need.
  const done = ['npx weirflow init my-flows', 'cd my-flows', 'npm install', 'npm test', 'npm start']
  const others = [
    'npx weir server start --background',
    'npx weir work-pool create local',
    'npx weir worker start --pool local',
    'npx weir server stop',
  ]
  expect(lines).toEqual(expect.arrayContaining([...done, ...others]))
  const path = `${join(folder, 'node_modules', '.bin')}:$PATH`
  for (const line of lines.filter((one) => !done.includes(one) && !others.includes(one))) {
    const ended = await run('sh', '-c', `cd project && PATH=${path} ${line.replace(/^npx /, '')}`)
    expect(ended, `${line}\n${ended.stderr}`).toMatchObject({ code: 0 })
    if (line.includes('Lima')) expect(ended.stdout).toMatch(/Completed/)
  }
})

test('a backup of it while it serves is another control plane, row for row, with the same keys; a damaged one is none', async () => {
  const file = join(folder, 'weir.backup')
  expect(await weir('secret', 'set', 'sealed', '--from-env', 'PATH')).toMatchObject({ code: 0 })
  expect(await weir('event', 'emit', 'backup.made', '--resource-id', 'weir.backup', '--related', '{"id": "x", "role": "y"}')).toMatchObject({
    code: 0,
  })
  const backedUp = JSON.parse((await weir('server', 'backup', file, '-o', 'json')).stdout) as { rows: number; tables: number }
  expect(backedUp.rows).toBeGreaterThan(10)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const copy = makeHome()
  const restore = (path: string, ...flags: string[]) => runIn(copy, join(folder, 'node_modules', '.bin', 'weir'), 'server', 'restore', path, ...flags)
  try {
    const cut = join(folder, 'cut.backup')
    writeFileSync(cut, readFileSync(file).subarray(0, -60))
    expect(await restore(cut)).toMatchObject({ code: 2, stderr: expect.stringMatching(/cut\.backup cannot be restored: .+\n.*Nothing was restored/) })
    expect(await restore(join(folder, 'sum.ts'))).toMatchObject({ code: 2, stderr: expect.stringContaining('cannot be restored') })
    expect(existsSync(join(copy, 'secrets.json'))).toBe(false)
    // A home that somebody uses is replaced only when that was said, and not for a file that is none.
    writeFileSync(join(copy, 'secrets.json'), '{}')
    expect(await restore(cut, '--force')).toMatchObject({ code: 2 })
    expect(existsSync(join(copy, 'secrets.json'))).toBe(true)
    expect(await restore(file)).toMatchObject({ code: 2, stderr: expect.stringContaining('--force') })
    const restored = await restore(file, '--force', '-o', 'json')
    // The key of its secrets is in no backup.
    expect(JSON.parse(restored.stdout)).toMatchObject({ tables: backedUp.tables, blocksWithoutKey: 1 })
    // Started from the copy for a moment, as a second backup does it.
    const again = join(folder, 'again.backup')
    expect(await runIn(copy, join(folder, 'node_modules', '.bin', 'weir'), 'server', 'backup', again)).toMatchObject({ code: 0 })
    expect(await digests(again)).toEqual(await digests(file))
    expect(readFileSync(join(copy, 'local.key'), 'utf8')).toBe(readFileSync(join(home, 'local.key'), 'utf8'))
  } finally {
    await removeHome(copy)
  }
})

/** Of each table, how many rows and which: their order is of no matter. */
async function digests(file: string): Promise<Record<string, string>> {
  const reader = await readBackupFile(file)
  const found: Record<string, string> = {}
  for await (const { name, rows } of reader.tables()) {
    const lines: string[] = []
    for await (const chunk of rows) lines.push(...chunk.toString('utf8').split('\n').slice(0, -1))
    found[name] = `${lines.length} ${createHash('sha256').update(lines.sort().join('\n')).digest('hex')}`
  }
  expect(found['flow_runs']).not.toMatch(/^0 /)
  return found
}

test('a Node that is too old is told so, by whatever older Node there is and by a version that only says so', async () => {
  const main = join(folder, 'node_modules', 'weirflow', 'bin', 'weir.mjs')
  const pretend = join(folder, 'pretend.cjs')
  writeFileSync(pretend, `Object.defineProperty(process.versions, 'node', { value: '24.1.9' })\n`)
  const expected = (version: string) =>
    new RegExp(`^error: weir needs Node 24\\.2 or later, and this is ${version.replaceAll('.', '\\.')} \\(.+\\)\\.\n$`)
  const told = await run(process.execPath, '--require', pretend, main, '--version')
  expect(told).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(expected('24.1.9')) })
  for (const node of oldNodes()) {
    const { stdout: version } = await run(node, '--version')
    for (const name of ['weirflow', 'weirflow/testing'])
      expect(await run(node, '--input-type=module', '--eval', `import '${name}'`)).toMatchObject({
        code: 1,
        stderr: expect.stringContaining(`Error: weir needs Node 24.2 or later, and this is ${version.trim().slice(1)} (`),
      })
    expect(await run(node, main, 'version')).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(expected(version.trim().slice(1))) })
  }
})

/** Nodes in the PATH that are older than ours may be. */
function oldNodes(): string[] {
  const folders = [...new Set((process.env['PATH'] ?? '').split(':'))]
  return folders.map((one) => join(one, 'node')).filter((path) => existsSync(path) && majorOf(path) < 24)
}

/** From the headers beside it; what is not known counts as new. */
function majorOf(node: string): number {
  const header = join(dirname(dirname(realpathSync(node))), 'include', 'node', 'node_version.h')
  if (!existsSync(header)) return Number.POSITIVE_INFINITY
  return Number(/NODE_MAJOR_VERSION (\d+)/.exec(readFileSync(header, 'utf8'))?.[1])
}

test('this checkout and its packages are of one version', () => {
  const versions = ['package.json', 'sdk/package.json', 'server/package.json'].map(
    (path) => JSON.parse(readFileSync(join(root, path), 'utf8')).version,
  )
  expect(new Set(versions).size).toBe(1)
})
