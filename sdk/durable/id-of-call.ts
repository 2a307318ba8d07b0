/** Ids of what a run sends away, so that a durable run which comes to the same call again sends the same thing, and it is stored once. */
import { createHash } from 'node:crypto'
import { newId } from '../../core/ids.ts'
import type { RunScope } from '../run-context.ts'

/** Of the n-th call of this kind in the flow's own function: the same in each attempt of a durable run. A new one everywhere else. */
export function idOfCall(scope: RunScope | undefined, verb: string, about: string): string {
  const flowRun = scope?.flowRun
  if (!flowRun?.durable || scope?.taskRun) return newId()
  const { record, pauses } = flowRun
  const hex = createHash('sha256')
    .update(JSON.stringify([record.rootFlowRunId, about, pauses.nameOf(`${verb} ${about}`, flowRun)]))
    .digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
