/** What the runner, the command line, deployments and tests need of a flow: carried by what `flow` makes, and found whatever copy of this package made it. */
import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { FlowDefinition } from './flow-definition.ts'
import { runFlow } from './flow-engine.ts'
import type { FlowOutcome, FlowStart } from './flow-start.ts'

/** A flow's file (absolute) and export. */
export interface FlowPlace {
  file: string
  exportName: string
}

/** A flow, without its author's types. */
export interface FlowHandle {
  readonly name: string
  readonly description: string | null
  readonly version: string | null
  readonly tags: readonly string[]
  readonly schema: StandardSchemaV1 | null
  readonly definition: FlowDefinition
  /** Where it can be imported from: known (`flowFrom`), or to be told from the stack of the call that made it. */
  place: FlowPlace | Error
  start(start: FlowStart): Promise<FlowOutcome>
}

const HANDLE = Symbol.for('weirflow.flow')

/** Makes the handle of a checked flow. */
export const handleOf = (definition: FlowDefinition, place: FlowHandle['place']): FlowHandle => {
  const { name, description, version, tags, schema } = definition
  return { name, description, version, tags, schema, definition, place, start: (given) => runFlow(definition, given) }
}

/** The property by which `flowHandle` finds the handle of whatever has it. */
export const carrying = (handle: FlowHandle): object => ({ [HANDLE]: handle })

/** Null for anything that is no flow. */
export function flowHandle(value: unknown): FlowHandle | null {
  if ((typeof value !== 'function' && typeof value !== 'object') || value === null || !(HANDLE in value)) return null
  return value[HANDLE] as FlowHandle
}
