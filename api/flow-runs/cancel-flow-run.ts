/** Cancelling: the record first, then a directive to the worker that holds the run. If that is lost, the next report's answer says it again. */
import type { FlowRunFacts } from '../../core/flow-run.ts'
import { newId } from '../../core/ids.ts'
import { cancelFlowRun as decideCancel } from '../../core/flow-run-commands.ts'
import { describeActor } from '../auth/actor.ts'
import { checkJson } from '../check-input.ts'
import type { Context } from '../context.ts'
import { Invalid } from '../errors.ts'
import { permit } from '../permissions.ts'
import { changeFlowRun } from './change-flow-run.ts'

const LONGEST_REASON = 1_000

/** Asks a run to stop: CANCELLED at once when nobody holds it, CANCELLING otherwise, and its holder is told. Cancelling again changes nothing. Throws Invalid, NotFound, Conflict. */
export async function cancelFlowRun(context: Context, { flowRunId, reason }: { flowRunId: string; reason: string | null }): Promise<void> {
  permit(context.actor, 'flow-runs:cancel')
  const issues = checkJson(reason, ['reason'])
  if (reason !== null && reason.length > LONGEST_REASON) {
    const expected = `at most ${LONGEST_REASON} characters`
    issues.push({ path: ['reason'], message: `expected ${expected}, got ${reason.length}`, expected })
  }
  if (issues.length > 0) throw new Invalid(issues)
  const run = await changeFlowRun(context, flowRunId, (facts, now) =>
    decideCancel({ run: facts, by: describeActor(context.actor), reason, now, newId }),
  )
  directCancel(context, run)
}

/** Tells the worker that holds a run which is to stop. Lost, the next report's answer says it again. */
export function directCancel({ workspaceId, coordinators }: Pick<Context, 'workspaceId' | 'coordinators'>, run: FlowRunFacts): void {
  if (run.state.type !== 'CANCELLING' || run.holder?.kind !== 'worker' || !run.workPoolId) return
  const { workPoolId, epoch, id: flowRunId } = run
  coordinators.direct({ workspaceId, workPoolId, sessionId: run.holder.sessionId, flowRunId, epoch, directive: { kind: 'cancel' } })
}
