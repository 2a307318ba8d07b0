/** Asking a running run for its process: the record first, then a directive to the worker that holds the run. The run itself says when it has suspended. */
import { suspendFlowRun as decideSuspend } from '../../core/flow-run-commands.ts'
import { newId } from '../../core/ids.ts'
import { isAskedToSuspend, suspendDirective } from '../../core/suspend-request.ts'
import { describeActor } from '../auth/actor.ts'
import type { Context } from '../context.ts'
import { permit } from '../permissions.ts'
import { changeFlowRun } from './change-flow-run.ts'
import { directHolder } from './direct-holder.ts'

/** The run suspends where its flow's function starts something next. Asking again changes nothing. Throws NotFound, Conflict. */
export async function suspendFlowRun(context: Context, flowRunId: string): Promise<void> {
  permit(context.actor, 'flow-runs:pause')
  const run = await changeFlowRun(context, flowRunId, (facts, now) => decideSuspend({ run: facts, by: describeActor(context.actor), now, newId }))
  if (isAskedToSuspend(run.state)) directHolder(context, run, suspendDirective(run.state))
}
