/** What `import 'weirflow'` brings along: whoever writes a flow waits for it each time (under 60 ms), so what only some need is loaded when they do. */
import { builtinModules } from 'node:module'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..', '..')

/** All that is loaded with a module: imports and re-exports of values, not those of types, not those that are awaited. */
function loadedWith(entry: string): { files: string[]; packages: string[] } {
  const files = new Set<string>()
  const packages = new Set<string>()
  const visit = (file: string) => {
    if (files.has(file)) return
    files.add(file)
    const text = readFileSync(file, 'utf8')
    for (const [, names = '', specifier = ''] of text.matchAll(/^(?:import|export) (?!type )([^'"\n;]*? from )?['"]([^'"]+)['"]/gm)) {
      if (/^\{( type [^,}]+,?)+ \} from $/.test(names)) continue
      if (specifier.startsWith('.')) visit(resolve(dirname(file), specifier))
      else packages.add(specifier)
    }
  }
  visit(join(root, entry))
  return { files: [...files].map((file) => relative(root, file)), packages: [...packages] }
}

test('importing weirflow loads no command, no worker, no server, no schedules, and no package but uuid', () => {
  const { files, packages } = loadedWith('sdk/index.ts')
  expect(files.length).toBeGreaterThan(50)
  expect(files.every((file) => existsSync(join(root, file)))).toBe(true)
  for (const folder of ['sdk/cli/', 'sdk/worker/', 'sdk/testing/', 'sdk/visualize/', 'sdk/deployments/', 'core/schedules/'])
    expect(files.filter((file) => file.startsWith(folder))).toEqual([])
  const heavy = new Set(['node:http', 'node:https', 'node:net', 'node:tls', 'node:child_process', 'node:sqlite'])
  expect(packages.filter((name) => heavy.has(name) || !(name.startsWith('node:') || builtinModules.includes(name)))).toEqual(['uuidv7'])
})

test('files of the SDK import each other one way, for their types too', () => {
  const files = readdirSync(join(root, 'sdk'), { recursive: true, encoding: 'utf8' })
    .map((path) => join(root, 'sdk', path))
    .filter((path) => /\.ts$/.test(path) && !/\.d\.ts$|\/(node_modules|dist)\//.test(path))
  const importsOf = (file: string) =>
    [...readFileSync(file, 'utf8').matchAll(/^(?:import|export) [^'";]*? from '(\.[^']+)'/gm)].map((found) =>
      resolve(dirname(file), found[1] as string),
    )
  const imports = new Map(files.map((file) => [file, importsOf(file)]))
  const done = new Set<string>()
  const circles: string[] = []
  const visit = (file: string, path: string[]) => {
    const at = path.indexOf(file)
    if (at >= 0) circles.push([...path.slice(at), file].map((each) => relative(root, each)).join(' → '))
    if (at >= 0 || done.has(file)) return
    for (const next of imports.get(file) ?? []) visit(next, [...path, file])
    done.add(file)
  }
  for (const file of files) visit(file, [])
  expect(files.length).toBeGreaterThan(400)
  expect(circles).toEqual([])
})
