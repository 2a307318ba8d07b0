/** Retrying by hand: a new epoch of the same run, so whoever still runs the old one is told to stop. */
import { retryFlowRun as decideRetry } from '../../core/flow-run-commands.ts'
import { planRetryFromTask, type RetryPlan } from '../../core/retry-from-task.ts'
import { newId } from '../../core/ids.ts'
import { flowRunTopic } from '../../core/topics.ts'
import { forgetTaskRuns, listKeptTaskRuns } from '../../db/queries/task-runs/durable-task-runs.ts'
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

interface Retry {
  flowRunId: string
  onLatestVersion: boolean
  /** Name of a task, or of one of its runs; null = as a whole. */
  fromTask: string | null
}

/**
 * Queues a run that has ended again: on the version it is pinned to, or on its deployment's latest. `fromTask`: what a durable run finished before that task
 * is used again; answers how much. Throws NotFound, Conflict.
 */
export async function retryFlowRun(context: Context, { flowRunId, onLatestVersion, fromTask }: Retry): Promise<Reuse | null> {
  permit(context.actor, 'flow-runs:retry')
  refuseWithoutDeployment(await loadFlowRun(context, flowRunId))
  const plan = fromTask === null ? null : await planFrom(context, flowRunId, fromTask)
  await changeFlowRun(
    context,
    flowRunId,
    (run, now) => decideRetry({ run, by: describeActor(context.actor), now, newId, fromTask }),
    ({ guard }) => [
      ...(onLatestVersion ? [pinFlowRunToLatest({ flowRunId, ...guard })] : []),
      ...(plan
        ? [
            forgetTaskRuns(
              flowRunId,
              plan.again.map(({ id }) => id),
              guard,
            ),
          ]
        : []),
    ],
  )
  // A run that was over is not marked as watched, whoever looks at it: its Feed is told that it is worth watching again.
  context.coordinators.ringFeed({ workspaceId: context.workspaceId, topic: flowRunTopic(flowRunId) })
  return plan && { reused: plan.reused.length, again: plan.again.length }
}

/** How many task runs. */
interface Reuse {
  reused: number
  again: number
}

async function planFrom(context: Context, flowRunId: string, fromTask: string): Promise<Extract<RetryPlan, { kind: 'plan' }>> {
  const plan = planRetryFromTask(await context.db.run(listKeptTaskRuns(flowRunId)), fromTask)
  if (plan.kind === 'plan') return plan
  throw new Conflict(`${plan.message[0]?.toUpperCase()}${plan.message.slice(1)}.`, { path: ['fromTask'], hint: plan.hint })
}
