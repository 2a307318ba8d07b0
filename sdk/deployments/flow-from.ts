/** `flowFrom`: a flow out of a folder of code, by its entrypoint; to be run, deployed or served without importing it by hand. */
import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { UsageError } from '../errors.ts'
import { flowHandle } from '../engine/flow-handle.ts'
import type { Flow } from '../flow.ts'
import { importModule, readEntrypoint } from '../runner/import-module.ts'

/** Where the code is and which flow of it is meant. */
export interface FlowSource {
  /** A folder of this machine, relative to the working directory. */
  source: string
  /** `etl.ts:etl`, relative to the source. */
  entrypoint: string
}

/** See `flowFrom` of the package. */
export async function loadFlowFrom({ source, entrypoint }: FlowSource): Promise<Flow<unknown, unknown, unknown>> {
  const folder = resolve(source)
  if (/^[a-z+]+:\/\//.test(source)) throw new UsageError(`flowFrom: ${source} is an address`, 'Clone it first: sources are folders of this machine.')
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw new UsageError(`flowFrom: there is no folder ${folder}`)
  const place = readEntrypoint(entrypoint, folder)
  const module = await importModule(entrypoint, place.file)
  const found: unknown = module[place.exportName]
  if (!flowHandle(found)) {
    const flows = Object.keys(module).filter((name) => flowHandle(module[name]))
    throw new UsageError(
      `flowFrom: ${entrypoint} is no flow`,
      flows.length > 0 ? `Flows of that file: ${flows.join(', ')}.` : 'That file exports no flow.',
    )
  }
  const copy = (found as Flow<unknown, unknown, unknown>).with({})
  const handle = flowHandle(copy)
  if (handle) handle.place = place
  return copy
}
