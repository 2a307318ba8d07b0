/** Cancelling many runs at a time: one read, the same decision for each, one write. */
import { newId } from '../../core/ids.ts'
import { cancelFlowRun as decideCancel } from '../../core/flow-run-commands.ts'
import type { Statement } from '../../db/statement.ts'
import type { Context } from '../context.ts'
import { cancelDescendants } from './cancel-descendants.ts'
import { changeFlowRuns, type RunOutcome } from './change-flow-runs.ts'
import { directCancel } from './direct-cancel.ts'

type Cancelling = Pick<Context, 'db' | 'workspaceId' | 'coordinators'>

/**
 * Asks each of at most some hundred runs to stop, with what it started elsewhere; what is over already counts as done. `inFront`: statements for
 * the first write. The caller has asked whether the actor may.
 */
export async function cancelFlowRuns(
  context: Cancelling,
  flowRunIds: readonly string[],
  { by, reason, inFront = () => [] }: { by: string; reason: string | null; inFront?: () => Statement<unknown>[] },
): Promise<Map<string, RunOutcome>> {
  const outcomes = await changeFlowRuns(
    context,
    flowRunIds,
    (run, now) => decideCancel({ run, by, reason, now, newId }),
    (run) => directCancel(context, run),
    inFront,
  )
  await cancelDescendants(context, flowRunIds)
  return outcomes
}
