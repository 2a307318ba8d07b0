/** Finds a flow in a file: `FILE`, or `FILE:EXPORT`. Importing runs the file's top level, in this process. */
import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { FlowHandle } from '../flow.ts'
import { wrongUse } from './failure.ts'
import { nearest } from './nearest.ts'
import { safeText } from './safe-text.ts'

export interface Entrypoint {
  /** Absolute. */
  file: string
  /** Null when only a file was named. */
  exportName: string | null
}

export interface LoadedFlow extends Entrypoint {
  exportName: string
  /** The exported value: callable. */
  flow: { run(parameters: unknown): Promise<unknown> }
  handle: FlowHandle
}

/** Throws Failure when the file is missing. */
export function readEntrypoint(text: string): Entrypoint {
  const colon = text.lastIndexOf(':')
  // `C:\flows\etl.ts` has a colon that names a drive.
  const split = colon > 1 && !/[\\/]/.test(text.slice(colon + 1)) && !isFile(text)
  const path = split ? text.slice(0, colon) : text
  if (path === '' || !isFile(path))
    throw wrongUse(
      'FILE_MISSING',
      `There is no file ${resolve(path || text)}.`,
      'Expected FILE:EXPORT, for example flows/etl.ts:etl, relative to this folder.',
    )
  const exportName = split ? text.slice(colon + 1) : null
  if (exportName === '')
    throw wrongUse('EXPORT_MISSING', `"${text}" names no export after the colon.`, 'Expected FILE:EXPORT, for example flows/etl.ts:etl.')
  return { file: resolve(path), exportName }
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true

/** The brand every copy of this package gives its flows. */
const BRAND = Symbol.for('weirflow.flow')

/** Throws Failure: the file cannot be imported, the export is missing, or it is no flow. */
export async function loadFlow(entrypoint: Entrypoint): Promise<LoadedFlow> {
  const { file } = entrypoint
  let module: Record<string, unknown>
  try {
    module = (await import(pathToFileURL(file).href)) as Record<string, unknown>
  } catch (error) {
    throw wrongUse('IMPORT_FAILED', `${file} cannot be imported:\n${describe(error, file)}`, 'Run it by itself to see more: node ' + file)
  }
  const flows = Object.keys(module).filter((name) => handleOf(module[name]))
  const exportName = entrypoint.exportName ?? (handleOf(module['default']) ? 'default' : flows.length === 1 ? (flows[0] as string) : null)
  const known =
    flows.length > 0 ? `Flows in it: ${flows.join(', ')}.` : 'It exports no flow: export const etl = flow({ name: "etl" }, async () => { … })'
  if (exportName === null)
    throw wrongUse(
      'EXPORT_MISSING',
      `${file} exports ${flows.length} flows; which one is meant?`,
      flows.length > 0 ? `Name it: ${file}:${flows[0]}. ${known}` : known,
    )
  if (!Object.hasOwn(module, exportName)) {
    const near = nearest(exportName, flows)
    throw wrongUse('EXPORT_MISSING', `${file} has no export "${exportName}".`, near ? `Did you mean "${near}"?` : known)
  }
  const handle = handleOf(module[exportName])
  if (!handle)
    throw wrongUse(
      'NO_FLOW',
      `"${exportName}" of ${file} is no flow, it is ${module[exportName] === null ? 'null' : `a ${typeof module[exportName]}`}.`,
      known,
    )
  return { file, exportName, flow: module[exportName] as LoadedFlow['flow'], handle }
}

function handleOf(value: unknown): FlowHandle | null {
  if ((typeof value !== 'function' && typeof value !== 'object') || value === null || !(BRAND in value)) return null
  return (value as Record<symbol, FlowHandle>)[BRAND] as FlowHandle
}

/** The message, and where in the author's file it came from; our own frames say nothing to them. */
function describe(error: unknown, file: string): string {
  if (!(error instanceof Error)) return `  it threw ${safeText(String(error))}`
  const frame = error.stack?.split('\n').find((line) => /^\s+at /.test(line) && line.includes(file))
  return `  ${safeText(`${error.name}: ${error.message}`).replaceAll('\n', '\n  ')}${frame ? `\n  ${frame.trim()}` : ''}`
}

/** JSON Schema of the flow's parameters; null when it takes none, or its schema library cannot say. Throws Failure for a schema that has no JSON form. */
export function parameterSchemaOf({ handle }: LoadedFlow): Record<string, unknown> | null {
  const standard = handle.schema?.['~standard'] as { jsonSchema?: { input(options: { target: string }): Record<string, unknown> } } | undefined
  if (!standard?.jsonSchema) return null
  try {
    return standard.jsonSchema.input({ target: 'draft-2020-12' })
  } catch (error) {
    throw wrongUse(
      'SCHEMA_FAILED',
      `The parameters of flow "${handle.name}" have no JSON Schema: ${(error as Error).message}`,
      'Use types that JSON has (text, number, boolean, list, object); dates as z.iso.date() or z.iso.datetime().',
    )
  }
}
