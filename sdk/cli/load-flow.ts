/** Finds a flow in a file: `FILE`, or `FILE:EXPORT`. Importing runs the file's top level, in this process. */
import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { flowParameterSchema } from '../deployments/parameter-schema.ts'
import type { UsageError } from '../errors.ts'
import { type FlowHandle, flowHandle } from '../engine/flow-handle.ts'
import { CannotLoadFlow, importModule } from '../runner/import-module.ts'
import { wrongUse } from './failure.ts'
import { nearest } from './nearest.ts'
import { safeText } from './safe-text.ts'

/** What FILE[:EXPORT] means. */
export interface Entrypoint {
  /** Absolute. */
  file: string
  /** Null when only a file was named. */
  exportName: string | null
}

interface LoadedFlow extends Entrypoint {
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

/** Throws Failure: the file cannot be imported, the export is missing, or it is no flow. */
export async function loadFlow(entrypoint: Entrypoint): Promise<LoadedFlow> {
  const { file } = entrypoint
  const module = await importModule(file, file).catch((error) => {
    throw explainImport(error, file)
  })
  const flows = Object.keys(module).filter((name) => flowHandle(module[name]))
  const exportName = entrypoint.exportName ?? (flowHandle(module['default']) ? 'default' : flows.length === 1 ? (flows[0] as string) : null)
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
  const handle = flowHandle(module[exportName])
  if (!handle)
    throw wrongUse(
      'NO_FLOW',
      `"${exportName}" of ${file} is no flow, it is ${module[exportName] === null ? 'null' : `a ${typeof module[exportName]}`}.`,
      known,
    )
  return { file, exportName, flow: module[exportName] as LoadedFlow['flow'], handle }
}

/** Why a file could not be imported: the runner's own words, and where in the author's file it came from; our own frames say nothing to them. */
export function explainImport(error: unknown, file: string): unknown {
  if (!(error instanceof CannotLoadFlow)) return error
  const frame = error.cause instanceof Error ? error.cause.stack?.split('\n').find((line) => /^\s+at /.test(line) && line.includes(file)) : undefined
  const hint = error.hint === 'The stack names the line.' ? `Run it by itself to see more: node ${file}` : error.hint
  return wrongUse('IMPORT_FAILED', safeText(`${error.message}${frame ? `\n  ${frame.trim()}` : ''}`), hint)
}

/** JSON Schema of the flow's parameters; null when it takes none, or its schema library cannot say. Throws Failure for a schema that has no JSON form. */
export function parameterSchemaOf({ handle }: LoadedFlow): Record<string, unknown> | null {
  try {
    return flowParameterSchema(handle)
  } catch (error) {
    const { message, hint } = error as UsageError
    throw wrongUse('SCHEMA_FAILED', message, hint)
  }
}
