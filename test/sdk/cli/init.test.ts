/** The project that `weir init` makes works at once: it runs, its types hold, and its tests pass. */
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { projectFiles } from '../../../sdk/cli/commands/init/project-files.ts'
import { openCommandLines } from '../support/command-lines.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const folder = mkdtempSync(join(tmpdir(), 'weir-init-'))
const lines = openCommandLines({ home: join(folder, 'home'), cwd: folder })
afterAll(async () => {
  await lines.close()
  rmSync(folder, { recursive: true, force: true })
})

test('init writes a project, says what comes next, and never writes over anything', async () => {
  mkdirSync(join(folder, 'mine'))
  writeFileSync(join(folder, 'mine', 'README.md'), 'mine')
  const { code, stdout, stderr } = await lines.run(['init', 'mine'])
  expect(code, stderr).toBe(0)
  expect(stdout).toContain('Made mine in mine: package.json, tsconfig.json, flows/letters.ts')
  expect(stdout).toContain('cd mine\n  npm install')
  expect(stderr).toContain('README.md was there already')
  expect(readFileSync(join(folder, 'mine', 'README.md'), 'utf8')).toBe('mine')
  const manifest = JSON.parse(readFileSync(join(folder, 'mine', 'package.json'), 'utf8'))
  expect(manifest).toMatchObject({
    name: 'mine',
    type: 'module',
    engines: { node: '>=24.2' },
    scripts: { test: 'node --test', dev: 'weir dev flows' },
  })
  expect(readFileSync(join(folder, 'mine', '.gitignore'), 'utf8')).toContain('.env\n')
  const again = await lines.run(['init', 'mine', '-o', 'json'])
  expect(again.code).toBe(2)
  expect(JSON.parse(again.stderr).error).toMatchObject({ code: 'PROJECT_EXISTS', message: expect.stringContaining('package.json') })
  const named = await lines.run(['init', 'My Flows!', '-o', 'json'])
  expect(JSON.parse(named.stdout)).toMatchObject({ name: 'my-flows', kept: [] })
  const bad = await lines.run(['init', 'other', '--name', 'No Name'])
  expect(bad).toMatchObject({ code: 2, stderr: expect.stringContaining('"No Name" is no name of a package') })
  expect(existsSync(join(folder, 'other'))).toBe(false)
})

// Where the kernel says that a folder cannot be, and not why: `recursive` of Node's mkdir asks it for ever.
test.runIf(process.platform === 'linux')('a folder that cannot be made is said', async () => {
  const { code, stderr } = await lines.run(['init', '/proc/weir-flows'])
  expect(code).toBe(3)
  expect(stderr).toContain('/proc/weir-flows/package.json cannot be written: ENOENT')
})

test('the project runs, its types hold, and its tests pass', { timeout: 120_000 }, async () => {
  const project = join(folder, 'project')
  for (const [path, text] of Object.entries(projectFiles('project', '0.1.0'))) {
    mkdirSync(dirname(join(project, path)), { recursive: true })
    // The packages' sources stand for the installed ones.
    const imports = path.endsWith('.ts')
      ? text.replaceAll(`'weirflow'`, `'${join(root, 'sdk', 'index.ts')}'`).replaceAll(`'weirflow/testing'`, `'${join(root, 'sdk', 'testing.ts')}'`)
      : text
    writeFileSync(join(project, path), imports)
  }
  symlinkSync(join(root, 'node_modules'), join(project, 'node_modules'))
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('WEIR_') && name !== 'NODE_TEST_CONTEXT'))
  const run = (...args: string[]) =>
    new Promise<{ code: number; stdout: string; stderr: string }>((resolve) =>
      execFile(
        process.execPath,
        args,
        { cwd: project, env: { ...inherited, NODE_OPTIONS: '', NO_COLOR: '1', WEIR_HOME: folder } },
        (error, stdout, stderr) => resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr }),
      ),
    )
  const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript7/package.json')), 'bin', 'tsc')
  const [started, tested, typed] = await Promise.all([run('flows/letters.ts'), run('--test'), run(compiler, '-p', '.')])
  expect(started).toMatchObject({ code: 0, stdout: '14\n' })
  expect(tested.code, tested.stdout).toBe(0)
  expect(tested.stdout).toContain('pass 2')
  // Of the project's own files: the sources of the SDK are checked elsewhere, as strictly as they are meant.
  expect(typed.stdout.split('\n').filter((line) => line.startsWith('flows/'))).toEqual([])
})
