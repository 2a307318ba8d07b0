/** `compilerOptions.paths` of the nearest tsconfig.json, for imports of files outside of packages; and what else of it matters when a file is loaded. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { builtinModules, createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'

/** What is read of a configuration; `base` is what its paths are relative to. */
export interface TypeScriptOptions {
  paths: Record<string, string[]>
  base: string
  experimentalDecorators: boolean
}

const ENDINGS = ['', '.ts', '.mts', '.cts', '.js', '.mjs', '.json', '/index.ts', '/index.js']
/** By folder; null = there is none above it. */
const known = new Map<string, TypeScriptOptions | null>()

/** The file that `paths` name for this import of a file; null when they name none that exists. */
export function mapPath(specifier: string, importer: string): string | null {
  if (/^[./]|^[a-z][a-z+.-]*:/.test(specifier) || builtinModules.includes(specifier)) return null
  // This package is always the installed one: a path to its types or its source is for editors.
  if (/^weirflow(?:\/|$)/.test(specifier)) return null
  const options = readOptions(importer)
  if (!options) return null
  // The longest text before the star wins, as TypeScript has it.
  const patterns = Object.keys(options.paths).sort((a, b) => b.indexOf('*') - a.indexOf('*') || b.length - a.length)
  for (const pattern of patterns) {
    const star = starOf(pattern, specifier)
    if (star === null) continue
    for (const target of options.paths[pattern] ?? []) {
      const file = resolve(
        options.base,
        target.replace('*', () => star),
      )
      const found = ENDINGS.map((ending) => `${file}${ending}`).find((path) => statSync(path, { throwIfNoEntry: false })?.isFile())
      if (found) return found
    }
  }
  return null
}

/** What the star of the pattern stands for; '' for a pattern without one; null when it does not fit. */
function starOf(pattern: string, specifier: string): string | null {
  const [before = '', after] = pattern.split('*')
  if (after === undefined) return pattern === specifier ? '' : null
  const fits = specifier.length >= before.length + after.length && specifier.startsWith(before) && specifier.endsWith(after)
  return fits ? specifier.slice(before.length, specifier.length - after.length) : null
}

/** Of the nearest tsconfig.json above the file. One that cannot be read counts as none: the editor says what is wrong with it. */
export function readOptions(file: string): TypeScriptOptions | null {
  const folder = dirname(file)
  const found = known.get(folder)
  if (found !== undefined) return found
  const config = join(folder, 'tsconfig.json')
  const options = existsSync(config) ? readConfig(config, 0) : folder === dirname(folder) ? null : readOptions(folder)
  known.set(folder, options)
  return options
}

function readConfig(config: string, depth: number): TypeScriptOptions | null {
  let content: {
    extends?: string | string[]
    compilerOptions?: { paths?: Record<string, string[]>; baseUrl?: string; experimentalDecorators?: boolean }
  }
  try {
    content = JSON.parse(withoutComments(readFileSync(config, 'utf8')))
  } catch {
    return null
  }
  const inherited = depth > 8 ? [] : [content.extends ?? []].flat().map((name) => readConfig(findConfig(name, config), depth + 1))
  const parent = inherited.findLast((one) => one !== null)
  const { paths, baseUrl, experimentalDecorators } = content.compilerOptions ?? {}
  const own = baseUrl === undefined ? dirname(config) : resolve(dirname(config), baseUrl)
  return {
    paths: paths ?? parent?.paths ?? {},
    base: paths || baseUrl !== undefined || !parent ? own : parent.base,
    experimentalDecorators: experimentalDecorators ?? parent?.experimentalDecorators ?? false,
  }
}

function findConfig(name: string, from: string): string {
  if (/^[./]/.test(name)) {
    const path = resolve(dirname(from), name)
    return existsSync(path) ? path : `${path}.json`
  }
  try {
    return createRequire(from).resolve(name)
  } catch {
    return name
  }
}

/** JSON of a text with comments and commas before a closing bracket. */
const withoutComments = (text: string): string =>
  text
    .replace(/("(?:\\.|[^"\\])*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (_, quoted: string | undefined) => quoted ?? '')
    .replace(/("(?:\\.|[^"\\])*")|,(?=\s*[}\]])/g, (_, quoted: string | undefined) => quoted ?? '')
