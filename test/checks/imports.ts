/**
 * The import directions of docs/architecture.md, checked on every file: which room may look into which other, who knows Node, who knows Drizzle, and who
 * may hold the role that sees across workspaces. `node test/checks/imports.ts`
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix, relative } from 'node:path'

const ROOMS = ['core', 'db', 'api', 'sdk', 'server', 'web', 'examples', 'test', 'bench']

/** Room → rooms it may import, besides itself. */
const MAY_IMPORT: Record<string, string[]> = {
  core: [],
  db: ['core'],
  api: ['core', 'db'],
  sdk: ['core'],
  web: ['core'],
  server: ['core'],
  examples: [],
}

/** What the server takes from the record's own room, as Node code: everything else of it boots as a bundle. */
const SERVER_MAY = [/^db\/migrate\.ts$/, /^db\/local\//, /^api\/auth\/mint-sign-in-token\.ts$/]

/** What the Worker's runtime has of Node's, with the flag `nodejs_als`: nothing else, and it is held in one place. */
const REQUEST_ID = 'api/requests/request-id.ts'

/** Node-only files of rooms that run in the Worker. */
const NODE_IN_DB = [/^db\/migrate\.ts$/, /^db\/local\//, /^db\/migrations\//, /^db\/drizzle\.config\.ts$/, /^db\/[a-z-]+\.config\.ts$/]

const SYSTEM_ROLE = 'db/system.ts'
const MAY_HOLD_SYSTEM_ROLE = [/^db\//, /^api\/auth\//, /^api\/maintenance\//]

const matches = (patterns: RegExp[], path: string): boolean => patterns.some((pattern) => pattern.test(path))

/** What is wrong with `file` (path from the root) importing `specifier`; null when nothing is. `values` = something that exists at run time is imported. */
export function judgeImport(file: string, specifier: string, values = true): string | null {
  const room = file.split('/')[0] as string
  const mayImport = MAY_IMPORT[room]
  if (!mayImport) return null
  if (specifier.startsWith('node:')) {
    if (file === REQUEST_ID && specifier === 'node:async_hooks') return null
    if (room === 'core' || room === 'api') return `${room}/ runs where there is no Node`
    if (room === 'db' && !matches(NODE_IN_DB, file)) return 'only db/migrate.ts and db/local/ run in Node'
    return null
  }
  if (specifier.startsWith('cloudflare:')) return room === 'api' ? null : 'only api/ runs in the Worker'
  if (!specifier.startsWith('.')) {
    if (/^drizzle-(orm|kit)(\/|$)/.test(specifier) && room !== 'db') return 'only db/ knows Drizzle'
    if (/^@neondatabase\//.test(specifier) && room !== 'db') return 'only db/ knows the database driver'
    if (/^weirflow(\/|$)/.test(specifier) && !['examples', 'sdk'].includes(room)) return 'weirflow is for flows and the command line'
    return null
  }
  const target = posix.normalize(posix.join(posix.dirname(file), specifier))
  const other = target.split('/')[0] as string
  if (target === SYSTEM_ROLE && values && !matches(MAY_HOLD_SYSTEM_ROLE, file)) return 'only api/auth and api/maintenance may see across workspaces'
  if (other === room || !ROOMS.includes(other)) return null
  if (room === 'server' && matches(SERVER_MAY, target)) return null
  return mayImport.includes(other) ? null : `${room}/ may not import ${other}/`
}

const IMPORT = /(?:^|[\s;])(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/g

/** Every import of a source text: what, on which line, and whether only types are taken. */
export function importsOf(text: string): { specifier: string; values: boolean; line: number }[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' ')).replace(/^\s*\/\/.*$/gm, '')
  return [...code.matchAll(IMPORT)].map((found) => ({
    specifier: found[2] ?? found[3] ?? '',
    values: !found[1],
    line: code.slice(0, found.index + found[0].length).split('\n').length,
  }))
}

function* sources(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (['node_modules', 'dist', 'build', '.svelte-kit'].includes(entry.name)) continue
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* sources(path)
    else if (/\.(ts|mts|js|mjs|svelte)$/.test(entry.name)) yield path
  }
}

/** Judges every source file below `root`: `path:line: what is wrong`. A room that is missing is wrong too. */
export function judgeTree(root: string): string[] {
  const wrong: string[] = []
  for (const room of Object.keys(MAY_IMPORT)) {
    if (!existsSync(join(root, room))) wrong.push(`${room}/: there is no such room; a room that moved is moved in test/checks/imports.ts too`)
    else
      for (const path of sources(join(root, room))) {
        const file = relative(root, path).split('\\').join('/')
        for (const { specifier, values, line } of importsOf(readFileSync(path, 'utf8'))) {
          const verdict = judgeImport(file, specifier, values)
          if (verdict) wrong.push(`${file}:${line}: ${specifier}: ${verdict}`)
        }
      }
  }
  return wrong
}

if (import.meta.main) {
  const wrong = judgeTree(dirname(dirname(import.meta.dirname)))
  for (const line of wrong) console.error(line)
  process.exit(wrong.length === 0 ? 0 : 1)
}
