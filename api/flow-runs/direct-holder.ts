import type { FlowRunFacts } from '../../core/flow-run.ts'
import type { Directive } from '../../core/protocol/reports.ts'
import type { Context } from '../context.ts'

/** Tells the worker that holds a run. Lost, or without a worker, the next report's answer says it. */
export function directHolder(
  { workspaceId, coordinators }: Pick<Context, 'workspaceId' | 'coordinators'>,
  run: FlowRunFacts,
  directive: Directive,
): void {
  const { id: flowRunId, epoch, holder, workPoolId } = run
  if (holder?.kind !== 'worker' || !workPoolId) return
  coordinators.direct({ workspaceId, workPoolId, sessionId: holder.sessionId, flowRunId, epoch, directive })
}
