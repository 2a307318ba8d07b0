/** Deleting runs that are over, or that nobody has begun. */
import { FLOW_RUNS_TOPIC, flowRunTopic } from '../../core/topics.ts'
import { deleteFlowRuns } from '../../db/transitions/delete-flow-runs.ts'
import { deedOf } from '../auth/deed-of.ts'
import type { Context } from '../context.ts'
import { Conflict, NotFound } from '../errors.ts'
import { permit } from '../permissions.ts'

/** Deletes a run with its subflows, task runs, logs and artifacts, for good. Audited. Throws NotFound; Conflict while a process may still report on it. */
export async function deleteFlowRun(context: Context, flowRunId: string): Promise<void> {
  permit(context.actor, 'flow-runs:delete')
  const outcomes = await context.db.run(deleteFlowRuns([flowRunId], deedOf(context.actor, 'flow-runs:delete')))
  const outcome = outcomes.get(flowRunId)
  if (outcome === 'going') throw new Conflict('The run is going on.', { path: ['id'], hint: 'Cancel it first, and delete it when it has ended.' })
  if (outcome !== 'deleted') throw new NotFound('flow run', flowRunId, { path: ['id'] })
  announceDeleted(context, [flowRunId])
}

/** Rings whoever looks at the list, or at one of the runs. */
export function announceDeleted({ workspaceId, coordinators }: Pick<Context, 'workspaceId' | 'coordinators'>, flowRunIds: readonly string[]): void {
  coordinators.ringFeed({ workspaceId, topic: FLOW_RUNS_TOPIC })
  for (const flowRunId of flowRunIds) coordinators.ringFeed({ workspaceId, topic: flowRunTopic(flowRunId) })
}
