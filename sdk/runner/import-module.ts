/**
 * Imports the module of an entrypoint `FILE:EXPORT`, with a true sentence for everything that can be wrong with it. What Node does not do with
 * TypeScript by itself typescript-loader.ts does.
 */
import { statSync } from 'node:fs'
import { isAbsolute, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { summarizeError } from '../engine/describe-error.ts'
import type { FlowPlace } from '../engine/flow-handle.ts'
import { WeirError } from '../errors.ts'
import { registerTypeScriptLoader } from './typescript-loader.ts'

/** The entrypoint cannot be run; the message says why, the hint what to do. */
export class CannotLoadFlow extends WeirError {
  constructor(entrypoint: string, why: string, options: { cause?: unknown; hint?: string } = {}) {
    super('cannot_load_flow', `cannot load ${entrypoint}: ${why}`, options)
  }
}

/** `flows/etl.ts:etl` → absolute file and name of the export. */
export function readEntrypoint(entrypoint: string, folder: string): FlowPlace {
  const colon = entrypoint.lastIndexOf(':')
  const exportName = entrypoint.slice(colon + 1)
  if (colon < 1 || exportName === '' || /[\\/]/.test(exportName)) {
    throw new CannotLoadFlow(entrypoint, 'it is no FILE:EXPORT', { hint: 'Expected for example flows/etl.ts:etl.' })
  }
  const file = entrypoint.slice(0, colon)
  return { file: isAbsolute(file) ? file : resolve(folder, file), exportName }
}

const EXTENSIONS = /\.[cm]?[jt]s$/
/** A module may await at its top level, but not for ever. */
const IMPORT_LIMIT = 60_000

function checkFile(entrypoint: string, file: string): void {
  let isFile: boolean
  try {
    const info = statSync(file, { throwIfNoEntry: false })
    if (!info) throw new CannotLoadFlow(entrypoint, `there is no file ${file}`, { hint: 'Deploy it again from where it lies now.' })
    isFile = info.isFile()
  } catch (error) {
    if (error instanceof CannotLoadFlow) throw error
    throw new CannotLoadFlow(entrypoint, `${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? (error as Error).message})`)
  }
  if (!isFile) throw new CannotLoadFlow(entrypoint, `${file} is no file`)
  if (!EXTENSIONS.test(file))
    throw new CannotLoadFlow(entrypoint, `${file} is no JavaScript or TypeScript module`, { hint: 'Expected .ts, .mts, .cts, .js, .mjs or .cjs.' })
}

/** Everything the file exports. `entrypoint` is only for the words of errors. Throws CannotLoadFlow. */
export async function importModule(entrypoint: string, file: string): Promise<Record<string, unknown>> {
  checkFile(entrypoint, file)
  registerTypeScriptLoader()
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new CannotLoadFlow(entrypoint, `importing it took longer than ${IMPORT_LIMIT / 1_000} s`, {
            hint: 'Something awaited at its top level does not end.',
          }),
        ),
      IMPORT_LIMIT,
    )
  })
  try {
    return (await Promise.race([import(pathToFileURL(file).href), limit])) as Record<string, unknown>
  } catch (error) {
    if (error instanceof CannotLoadFlow) throw error
    throw new CannotLoadFlow(entrypoint, whyNot(error), { cause: error, hint: hintFor(error) })
  } finally {
    clearTimeout(timer)
  }
}

function whyNot(error: unknown): string {
  const code = codeOf(error)
  if (code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX') return `it uses TypeScript that cannot be stripped (${summarizeError(error)})`
  if (code === 'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING')
    return `it imports TypeScript out of node_modules, which Node does not strip (${summarizeError(error)})`
  if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') return `something it imports is not there (${summarizeError(error)})`
  if (error instanceof SyntaxError) {
    const place = /^(file:\S+:\d+|\S+:\d+)\n/.exec(error.stack ?? '')?.[1]
    return `${place ? `${place}: ` : ''}${summarizeError(error)}`
  }
  return `it threw while it was imported: ${summarizeError(error)}`
}

function hintFor(error: unknown): string {
  const code = codeOf(error)
  if (code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX') return 'Decorators need the compiler of the project: npm install typescript@6 (or esbuild).'
  if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') return 'Install it where the flow lies, or write the path with its extension.'
  if (error instanceof SyntaxError && READ_AS_COMMONJS.test(error.message))
    return 'It is read as CommonJS: say "type": "module" in the package.json above it ("npm init" writes "commonjs"), or call the file .mts.'
  return 'The stack names the line.'
}

/** What Node says to a module where it expects none. */
const READ_AS_COMMONJS = /^(Cannot use import statement outside a module|Unexpected token 'export')/

function codeOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
