/**
 * What Node does not do with TypeScript by itself, for flow files that need it: `paths` of tsconfig.json, enums, namespaces, parameter properties; decorators with the
 * compiler that the project has. Files of erasable syntax are left to Node, and so are packages. `weir run` and the runner load in the same way.
 */
import { existsSync, readFileSync, statSync } from 'node:fs'
import * as module from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { mapPath, readOptions } from './tsconfig-paths.ts'

/** Cheap: most files have none of it. What it finds in vain (a word in a text) is looked at more closely. */
const MAY_NEED_MORE =
  /\b(?:enum|namespace|module|public|private|protected|readonly|override)\b|^\s*(?:export\s+(?:default\s+)?)?@[\w$(]|import\s+[\w$]+\s*=/m
const DECORATOR = /^\s*(?:export\s+(?:default\s+)?)?@[\w$(]/m

let registered = false

/** For all modules that are imported from now on. A second call does nothing. */
export function registerTypeScriptLoader(): void {
  if (registered) return
  registered = true
  module.registerHooks({
    resolve(specifier, context, next) {
      const mapped = context.parentURL?.startsWith('file:') && isOwn(context.parentURL) ? mapPath(specifier, fileURLToPath(context.parentURL)) : null
      return next(mapped === null ? specifier : pathToFileURL(mapped).href, context)
    },
    load(url, context, next) {
      const code = isOwn(url) && /^file:.*\.[cm]?ts(?:\?|$)/.test(url) ? transformed(url) : null
      if (code === null) return next(url, context)
      return { format: context.format?.startsWith('commonjs') ? 'commonjs' : 'module', source: code, shortCircuit: true }
    },
  })
}

const isOwn = (url: string): boolean => !url.includes('/node_modules/')

/** JavaScript for a file that Node's stripping is not enough for; null for every other. */
function transformed(url: string): string | null {
  const file = fileURLToPath(url)
  const source = existsSync(file) && statSync(file).isFile() ? readFileSync(file, 'utf8') : ''
  if (!MAY_NEED_MORE.test(source)) return null
  const stripped = quietly(() => strip(source))
  if (DECORATOR.test(source) && hasDecorators(stripped ?? quietly(() => transform(source, url)))) return compile(source, file)
  return stripped === null ? quietly(() => transform(source, url)) : null
}

/** Null for what cannot be stripped, or is no TypeScript at all: Node says so better. */
function strip(source: string): string | null {
  try {
    return module.stripTypeScriptTypes(source)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX') return null
    return source
  }
}

function transform(source: string, url: string): string | null {
  try {
    const code = module.stripTypeScriptTypes(source, { mode: 'transform', sourceMap: true, sourceUrl: url })
    // Its lines are others than those of the file; stacks shall name the file's.
    process.setSourceMapsEnabled(true)
    return code
  } catch {
    return null
  }
}

/** The function is called experimental, loading a .ts file is not; and both share the stripper. */
function quietly<T>(work: () => T): T {
  const { emitWarning } = process
  try {
    process.emitWarning = () => {}
    return work()
  } finally {
    process.emitWarning = emitWarning
  }
}

/** Whether the code has a decorator, and not only a line of text that looks like one. */
function hasDecorators(code: string | null): boolean {
  if (code === null) return true
  try {
    const { parse } = module.createRequire(import.meta.url)('acorn') as typeof import('acorn')
    parse(code, { ecmaVersion: 'latest', sourceType: 'module' })
    return false
  } catch (error) {
    const { pos = 0 } = error as { pos?: number }
    return code[pos] === '@'
  }
}

/** The part of the packages `typescript` and `esbuild` that is used. */
interface Compilers {
  typescript: { transpileModule?(source: string, options: object): { outputText: string } }
  esbuild: { transformSync(source: string, options: object): { code: string } }
}

/** With what the project has: its own compiler knows its decorators. */
function compile(source: string, file: string): string {
  const require = module.createRequire(file)
  const load = <Name extends keyof Compilers>(name: Name): Compilers[Name] | null => {
    try {
      return require(name) as Compilers[Name]
    } catch {
      return null
    }
  }
  const typescript = load('typescript')
  if (typescript?.transpileModule) {
    process.setSourceMapsEnabled(true)
    // ES2023 and ESNext by their numbers, as the compiler takes them.
    const compilerOptions = { target: 10, module: 99, inlineSourceMap: true, inlineSources: true, experimentalDecorators: wantsOldDecorators(file) }
    return typescript.transpileModule(source, { fileName: file, compilerOptions }).outputText
  }
  const esbuild = load('esbuild')
  if (esbuild) {
    process.setSourceMapsEnabled(true)
    const tsconfigRaw = { compilerOptions: { experimentalDecorators: wantsOldDecorators(file) } }
    return esbuild.transformSync(source, { loader: 'ts', format: 'esm', target: 'es2023', sourcemap: 'inline', sourcefile: file, tsconfigRaw }).code
  }
  throw Object.assign(new SyntaxError(`${file} has decorators, which need a compiler: npm install typescript@6 (or esbuild)`), {
    code: 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX',
  })
}

const wantsOldDecorators = (file: string): boolean => readOptions(file)?.experimentalDecorators === true
