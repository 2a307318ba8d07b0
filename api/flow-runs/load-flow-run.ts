/** Single flow runs, batched per request, with a runner's narrower sight applied. */
import { findFlowRuns } from '../../db/queries/flow-runs/find-flow-runs.ts'
import type { FlowRunRow } from '../../db/queries/flow-runs/flow-run-row.ts'
import type { Context } from '../context.ts'
import { mayDo, permit } from '../permissions.ts'
import { loader } from '../reader.ts'

/** Flow runs by id. */
export const flowRunLoader = loader(findFlowRuns, (run: FlowRunRow) => run.id)

/** One run; null when it is not in the workspace. Throws FORBIDDEN; a runner sees only its own, that one's children and theirs of its own process, others are null to it. */
export async function loadFlowRun(context: Context, flowRunId: string): Promise<FlowRunRow | null> {
  if (context.actor.kind !== 'runner') permit(context.actor, 'flow-runs:read')
  const run = await context.reader.load(flowRunLoader, flowRunId)
  if (!run || mayDo(context.actor, 'flow-runs:read', run)) return run ?? null
  // Started by a subflow of the runner's own process.
  const parent = run.parentFlowRunId === null ? null : await context.reader.load(flowRunLoader, run.parentFlowRunId)
  return parent && mayDo(context.actor, 'flow-runs:read', { ...parent, parentFlowRunId: null, createdBy: null }) ? run : null
}
