import type { FlowRunFacts } from '../../core/flow-run.ts'
import type { Context } from '../context.ts'
import { directHolder } from './direct-holder.ts'

/** Tells the worker that holds a run which is to stop. */
export function directCancel(context: Pick<Context, 'workspaceId' | 'coordinators'>, run: FlowRunFacts): void {
  if (run.state.type === 'CANCELLING') directHolder(context, run, { kind: 'cancel' })
}
