/** Receiving a message: the oldest that nobody has received, once. */
import { type RunInputRow, takeRunInput } from '../../db/queries/run-inputs/run-inputs.ts'
import { checkName } from '../check-input.ts'
import type { Context } from '../context.ts'
import { Invalid, NotFound } from '../errors.ts'
import { loadFlowRun } from '../flow-runs/load-flow-run.ts'
import { permit } from '../permissions.ts'

interface Asked {
  flowRunId: string
  /** Which call of the run asks: asking again under the same word gives the same message again. */
  receiver: string
  /** Only what this run sent. */
  from: string | null
}

/** Null = there is none yet. Throws Invalid, NotFound. */
export async function takeFromFlowRun(context: Context, { flowRunId, receiver, from }: Asked): Promise<RunInputRow | null> {
  const run = await loadFlowRun(context, flowRunId)
  permit(context.actor, 'run-inputs:take', run ? { ...run, parentFlowRunId: null, createdBy: null } : undefined)
  const issues = checkName(receiver, ['receiver'])
  if (issues.length > 0) throw new Invalid(issues)
  if (!run) throw new NotFound('flow run', flowRunId, { path: ['id'] })
  return context.db.run(takeRunInput(flowRunId, receiver, from))
}
