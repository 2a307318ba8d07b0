/** Cancelling: the record first, then a directive to the worker that holds the run. If that is lost, the next report's answer says it again. */
import { newId } from '../../core/ids.ts'
import { cancelFlowRun as decideCancel } from '../../core/flow-run-commands.ts'
import { describeActor } from '../auth/actor.ts'
import { checkJson } from '../check-input.ts'
import type { Context } from '../context.ts'
import { Invalid } from '../errors.ts'
import { permit } from '../permissions.ts'
import { findFlowRuns } from '../../db/queries/flow-runs/find-flow-runs.ts'
import { cancelDescendants } from './cancel-descendants.ts'
import { changeFlowRun } from './change-flow-run.ts'
import { directCancel } from './direct-cancel.ts'
import { loadFlowRun } from './load-flow-run.ts'

const LONGEST_REASON = 1_000

/** Asks a run to stop: CANCELLED at once when nobody holds it, CANCELLING otherwise, and its holder is told; so is what it started elsewhere. Cancelling again changes nothing. Throws Invalid, NotFound, Conflict. */
export async function cancelFlowRun(context: Context, { flowRunId, reason }: { flowRunId: string; reason: string | null }): Promise<void> {
  await permitCancel(context, flowRunId)
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
  // The run itself is read along, in the same round trip, for the answer.
  await Promise.all([cancelDescendants(context, [flowRunId], context.reader), loadFlowRun(context, flowRunId)])
}

/** A runner may stop what it started, also out of a subflow of its process. Its read is not remembered: the answer shows the run as it is then. */
async function permitCancel({ actor, db }: Context, flowRunId: string): Promise<void> {
  if (actor.kind !== 'runner') return permit(actor, 'flow-runs:cancel')
  const [run] = await db.run(findFlowRuns([flowRunId]))
  const [parent] = run?.parentFlowRunId ? await db.run(findFlowRuns([run.parentFlowRunId])) : []
  permit(actor, 'flow-runs:cancel', run && { ...run, parentFlowRunId: parent?.rootFlowRunId ?? run.parentFlowRunId })
}
