/** Retrying by hand: a new epoch of the same run, so whoever still runs the old one is told to stop. */
import { retryFlowRun as decideRetry } from '../../core/flow-run-commands.ts'
import { newId } from '../../core/ids.ts'
import { flowRunTopic } from '../../core/topics.ts'
import { pinFlowRunToLatest } from '../../db/transitions/pin-flow-run.ts'
import { describeActor } from '../auth/actor.ts'
import type { Context } from '../context.ts'
import { permit } from '../permissions.ts'
import { Conflict } from '../errors.ts'
import type { FlowRunRow } from '../../db/queries/flow-runs/flow-run-row.ts'
import { loadFlowRun } from './load-flow-run.ts'
import { changeFlowRun } from './change-flow-run.ts'

/** Without its deployment nobody would take the run. Throws Conflict. */
function refuseWithoutDeployment(run: FlowRunRow | null): void {
  if (run && run.deployment === null && run.facts.deploymentId !== null)
    throw new Conflict('Its deployment was deleted.', { path: ['id'], hint: 'Deploy it again, and make a new run.' })
}

/** Queues a run that has ended again: on the version it is pinned to, or on its deployment's latest. Throws NotFound, Conflict. */
export async function retryFlowRun(context: Context, { flowRunId, onLatestVersion }: { flowRunId: string; onLatestVersion: boolean }): Promise<void> {
  permit(context.actor, 'flow-runs:retry')
  refuseWithoutDeployment(await loadFlowRun(context, flowRunId))
  await changeFlowRun(
    context,
    flowRunId,
    (run, now) => decideRetry({ run, by: describeActor(context.actor), now, newId }),
    ({ guard }) => (onLatestVersion ? [pinFlowRunToLatest({ flowRunId, ...guard })] : []),
  )
  // A run that was over is not marked as watched, whoever looks at it: its Feed is told that it is worth watching again.
  context.coordinators.ringFeed({ workspaceId: context.workspaceId, topic: flowRunTopic(flowRunId) })
}
