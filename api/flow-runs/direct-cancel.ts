import type { FlowRunFacts } from '../../core/flow-run.ts'
import type { Context } from '../context.ts'

/** Tells the worker that holds a run which is to stop. Lost, the next report's answer says it again. */
export function directCancel({ workspaceId, coordinators }: Pick<Context, 'workspaceId' | 'coordinators'>, run: FlowRunFacts): void {
  if (run.state.type !== 'CANCELLING' || run.holder?.kind !== 'worker' || !run.workPoolId) return
  const { workPoolId, epoch, id: flowRunId } = run
  coordinators.direct({ workspaceId, workPoolId, sessionId: run.holder.sessionId, flowRunId, epoch, directive: { kind: 'cancel' } })
}
