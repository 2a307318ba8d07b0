/** Which flow runs are meant, by the flags of filter-flags.ts. */
import { readObject, readText } from '../../read-parameters.ts'
import { readStateTypes } from '../../read-state-types.ts'

/** What the flags say. */
export interface FilterOptions {
  state?: string[]
  flow?: string[]
  deployment?: string[]
  workPool?: string[]
  filter?: string
}

/** The API's own FlowRunFilter: the flags, and `--filter` beside them. Null when nothing is asked for. Throws Failure. */
export function buildFilter({ state, flow, deployment, workPool, filter }: FilterOptions): Record<string, unknown> | null {
  const parts: Record<string, unknown>[] = []
  if (state) parts.push({ state: { type: { in: readStateTypes(state) } } })
  if (flow) parts.push({ flow: { name: flow } })
  if (deployment) parts.push({ deployment: { name: deployment } })
  if (workPool) parts.push({ workPool: { name: workPool } })
  if (filter !== undefined) parts.push(readObject(readText(filter, '--filter'), '--filter'))
  return parts.length === 0 ? null : parts.length === 1 ? (parts[0] as Record<string, unknown>) : { and: parts }
}
