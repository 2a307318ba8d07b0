/**
 * The two packages as npm packs them, in an otherwise empty folder. What they declare as dependencies is linked from this checkout, and nothing else is there: a
 * file or a dependency that is missing in a package is missing here.
 */
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const root = join(import.meta.dirname, '..', '..', '..')

/** One entry of `npm pack --json`. */
export interface Packed {
  name: string
  filename: string
  /** Bytes of the tarball, and of its files. */
  size: number
  unpackedSize: number
  files: { path: string; size: number }[]
}

/** Packs both into `folder`. */
export async function packAll(folder: string): Promise<Packed[]> {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder, '-w', 'sdk', '-w', 'server']
  const { stdout } = await run('npm', args, { cwd: root, env: { ...process.env, npm_config_loglevel: 'error' }, maxBuffer: 16 * 1024 * 1024 })
  const answer = JSON.parse(stdout) as Packed[] | Record<string, Packed>
  return Array.isArray(answer) ? answer : Object.values(answer)
}

/** `npm install TARBALL … MORE` without the network. */
export async function install(folder: string, tarballs: string[], more: string[] = []): Promise<void> {
  const modules = join(folder, 'node_modules')
  mkdirSync(join(modules, '.bin'), { recursive: true })
  if (!existsSync(join(folder, 'package.json'))) writeFileSync(join(folder, 'package.json'), '{ "type": "module", "private": true }\n')
  for (const tarball of tarballs) {
    const { stdout } = await run('tar', ['-xzOf', tarball, 'package/package.json'])
    const { name, bin = {}, dependencies = {}, optionalDependencies = {} } = JSON.parse(stdout) as PackageJson
    mkdirSync(join(modules, name))
    await run('tar', ['-xzf', tarball, '-C', join(modules, name), '--strip-components', '1'])
    for (const [command, path] of Object.entries(bin)) symlinkSync(join('..', name, path), join(modules, '.bin', command))
    const workspace = join(root, name === 'weirflow' ? 'sdk' : 'server')
    for (const dependency of Object.keys(dependencies)) link(modules, dependency, workspace)
    for (const dependency of Object.keys(optionalDependencies)) link(modules, dependency, workspace, true)
  }
  for (const name of more) link(modules, name, root)
}

interface PackageJson {
  name: string
  bin?: Record<string, string>
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
}

/** As Node looks for it from the workspace. */
function link(modules: string, name: string, from: string, isOptional = false): void {
  const path = join(modules, name)
  if (existsSync(path)) return
  for (let folder = from; ; folder = dirname(folder)) {
    const found = join(folder, 'node_modules', name)
    if (existsSync(join(found, 'package.json'))) {
      mkdirSync(dirname(path), { recursive: true })
      symlinkSync(found, path)
      return
    }
    if (folder === dirname(folder)) break
  }
  if (!isOptional) throw new Error(`${name} is not installed in this checkout: ${readFileSync(join(from, 'package.json'), 'utf8').slice(0, 80)}`)
}
