/** Retrying many runs at a time: one read, the same decision for each, one write. */
import { retryFlowRun as decideRetry } from '../../core/flow-run-commands.ts'
import { newId } from '../../core/ids.ts'
import { flowRunTopic } from '../../core/topics.ts'
import { listRunsWithoutDeployment } from '../../db/queries/operations/operations.ts'
import type { Statement } from '../../db/statement.ts'
import { pinFlowRunToLatest } from '../../db/transitions/pin-flow-run.ts'
import type { Context } from '../context.ts'
import { changeFlowRuns, type RunOutcome } from './change-flow-runs.ts'

/** Queues each of at most some hundred runs that have ended again. `inFront`: statements for the first write. The caller has asked whether the actor may. */
export async function retryFlowRuns(
  context: Pick<Context, 'db' | 'workspaceId' | 'coordinators'>,
  flowRunIds: readonly string[],
  { by, onLatestVersion, inFront }: { by: string; onLatestVersion: boolean; inFront: () => Statement<unknown>[] },
): Promise<Map<string, RunOutcome>> {
  const { workspaceId, coordinators } = context
  const orphans = new Set(await context.db.run(listRunsWithoutDeployment(flowRunIds)))
  return changeFlowRuns(
    context,
    flowRunIds,
    (run, now) =>
      orphans.has(run.id)
        ? { kind: 'refused', code: 'run_has_no_deployment', message: 'its deployment was deleted' }
        : decideRetry({ run, by, now, newId }),
    ({ id }) => coordinators.ringFeed({ workspaceId, topic: flowRunTopic(id) }),
    (changes) => [...inFront(), ...(onLatestVersion ? changes.map(({ flowRunId, guard }) => pinFlowRunToLatest({ flowRunId, ...guard })) : [])],
  )
}
