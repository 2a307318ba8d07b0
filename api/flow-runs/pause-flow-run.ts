/** Setting a run aside that waits to be started. */
import { pauseFlowRun as decidePause } from '../../core/flow-run-commands.ts'
import { newId } from '../../core/ids.ts'
import { describeActor } from '../auth/actor.ts'
import type { Context } from '../context.ts'
import { permit } from '../permissions.ts'
import { changeFlowRun } from './change-flow-run.ts'

/** Nobody takes the run until it is resumed. Pausing again changes nothing. Throws NotFound, Conflict. */
export async function pauseFlowRun(context: Context, flowRunId: string): Promise<void> {
  permit(context.actor, 'flow-runs:pause')
  await changeFlowRun(context, flowRunId, (run, now) => decidePause({ run, by: describeActor(context.actor), now, newId }))
}
