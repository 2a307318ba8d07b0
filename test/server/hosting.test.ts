/** What the hosted Worker needs is declared, bound, made and written down, and all of it says the same. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..', '..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const wrangler = read('wrangler.toml')
const page = read('docs/deploying.md')

/** Names in the first column of a table between these marks. */
const table = (name: string): string[] => {
  const between = page.split(`<!-- ${name} -->`)[1]?.split(`<!-- end of ${name} -->`)[0] ?? ''
  return [...between.matchAll(/^\| `([A-Z_]+)`/gm)].map(([, found]) => found as string)
}
const section = (head: string): string => wrangler.split(`[${head}]`)[1]?.split(/^\[/m)[0] ?? ''
const valuesOf = (key: string): string[] => [...wrangler.matchAll(new RegExp(`^${key} = "(.+)"$`, 'gm'))].map(([, value]) => value as string)
const listOf = (key: string): string[] =>
  [...(new RegExp(`^${key} = \\[(.*)\\]$`, 'm').exec(wrangler)?.[1] ?? '').matchAll(/"(.+?)"/g)].map(([, one]) => one as string)

const bound = read('api/env.ts')
const bindings = [...bound.matchAll(/^ {2}([A-Z_]+)\??: (.+)$/gm)].map(([, name, type]) => ({ name: name as string, type: type as string }))
const variables = [...section('vars').matchAll(/^([A-Z_]+) =/gm)].map(([, name]) => name as string)
/** Only on one machine: the SQL door. */
const LOCAL_ONLY = ['SQL']

test('every binding of the Worker is a variable, a secret, an object namespace or the assets, and every one of these is a binding', () => {
  const texts = bindings.filter(({ type }) => type === 'string').map(({ name }) => name)
  const others = bindings.filter(({ type }) => type !== 'string').map(({ name }) => name)
  expect([...variables, ...table('secrets')].sort()).toEqual(texts.sort())
  const objects = [...wrangler.matchAll(/\[\[durable_objects\.bindings\]\]\nname = "(.+)"/g)].map(([, name]) => name as string)
  const assets = /binding = "(.+)"/.exec(section('assets'))?.[1] as string
  expect([...objects, assets, ...LOCAL_ONLY].sort()).toEqual(others.sort())
})

test('the page has every variable and every secret; one command makes the secrets', () => {
  expect(table('variables')).toEqual(variables)
  const made = [...(/interface HostedSecrets \{([\s\S]*?)\}/.exec(read('server/hosted/prepare.ts'))?.[1] ?? '').matchAll(/^ {2}([A-Z_]+):/gm)]
  expect(made.map(([, name]) => name)).toEqual(table('secrets'))
  for (const name of table('secrets')) expect(/^# Secrets .*$/m.exec(wrangler)?.[0]).toContain(name)
})

test('the classes that are bound are exported, and each was made by a migration with SQLite', () => {
  const exported = [...read('api/index.ts').matchAll(/^export \{ (\w+) \}/gm)].map(([, name]) => name as string)
  expect(valuesOf('class_name').sort()).toEqual(exported.sort())
  const made = [...wrangler.matchAll(/^new_sqlite_classes = \[(.*)\]$/gm)].flatMap(([, list]) =>
    [...(list as string).matchAll(/"(.+?)"/g)].map(([, one]) => one),
  )
  expect(made.sort()).toEqual(exported.sort())
  for (const tag of valuesOf('tag')) expect(page).toContain(`\`${tag}\``)
})

test('the cron is the one of the page, and no route of the Worker is taken for a file', () => {
  expect(listOf('crons')).toEqual(['* * * * *'])
  for (const cron of listOf('crons')) expect(page).toContain(`\`${cron}\``)
  const app = read('api/app.ts')
  const reserved = [...(/of \[((?:'[^']+',? ?\s*)+)\]\)/.exec(app)?.[1] ?? '').matchAll(/'([^']+)'/g)].map(([, path]) => path as string)
  const routes = [...app.matchAll(/^app\.(?:all|get|post)\('(\/[^']+)'/gm)].map(([, path]) => path as string)
  expect(routes.length).toBeGreaterThan(5)
  const first = listOf('run_worker_first')
  const covers = (path: string) => first.some((one) => one === path || (one.endsWith('/*') && path.startsWith(one.slice(0, -1))))
  expect([...routes, ...reserved].filter((path) => !covers(path) && !covers(path.replace('/*', '')))).toEqual([])
})

test('on one machine the Worker is given the same variables', () => {
  const given = read('server/control-plane.ts').split('variables: {')[1]?.split('},')[0] ?? ''
  const names = [...given.matchAll(/^ +([A-Z_]+):/gm)].map(([, name]) => name as string)
  const optional = [...bound.matchAll(/^ {2}([A-Z_]+)\?: string$/gm)].map(([, name]) => name as string)
  const needed = bindings.filter(({ name, type }) => type === 'string' && !optional.includes(name)).map(({ name }) => name)
  expect(needed.filter((name) => !names.includes(name))).toEqual([])
  expect(names.filter((name) => !bindings.some((one) => one.name === name))).toEqual([])
})

test('commands of the page exist', () => {
  const lines = [...page.matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, block]) => (block as string).trim().split('\n'))
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
  const found = { npm: 0, wrangler: 0 }
  for (const line of lines) {
    const script = /npm run ([\w-]+)/.exec(line)?.[1]
    if (script) {
      expect(scripts[script], line).toBeDefined()
      expect(existsSync(join(root, (scripts[script] as string).split(' ')[1] as string)), line).toBe(true)
      found.npm++
    }
    const command = /npx wrangler ([a-z]+)/.exec(line)?.[1]
    if (!command) continue
    expect(['login', 'deploy', 'tail', 'rollback', 'deployments'], line).toContain(command)
    found.wrangler++
  }
  expect(found).toEqual({ npm: 4, wrangler: 4 })
})
