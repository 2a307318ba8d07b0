/** Single flow runs, batched per request, with a runner's narrower sight applied. */
import { findFlowRuns } from '../../db/queries/flow-runs/find-flow-runs.ts'
import type { FlowRunRow } from '../../db/queries/flow-runs/flow-run-row.ts'
import type { Context } from '../context.ts'
import { mayDo, permit } from '../permissions.ts'
import { loader } from '../reader.ts'

/** Flow runs by id. */
export const flowRunLoader = loader(findFlowRuns, (run: FlowRunRow) => run.id)

/** One run; null when it is not in the workspace. Throws FORBIDDEN; a runner sees only its own and that one's children, others are null to it. */
export async function loadFlowRun(context: Context, flowRunId: string): Promise<FlowRunRow | null> {
  if (context.actor.kind !== 'runner') permit(context.actor, 'flow-runs:read')
  const run = await context.reader.load(flowRunLoader, flowRunId)
  return run && mayDo(context.actor, 'flow-runs:read', run) ? run : null
}
