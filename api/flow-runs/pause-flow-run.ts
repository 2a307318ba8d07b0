/** Setting a run aside that waits to be started, and letting it go on. */
import { type Command, type CommandVerdict, pauseFlowRun as decidePause, resumeFlowRun as decideResume } from '../../core/flow-run-commands.ts'
import { newId } from '../../core/ids.ts'
import { describeActor } from '../auth/actor.ts'
import type { Context } from '../context.ts'
import { permit } from '../permissions.ts'
import { changeFlowRun } from './change-flow-run.ts'

/** Nobody takes the run until it is resumed. Pausing again changes nothing. Throws NotFound, Conflict. */
export const pauseFlowRun = (context: Context, flowRunId: string): Promise<void> => command(context, flowRunId, decidePause)

/** The run is queued again, for its own time when that is still to come. Throws NotFound, Conflict. */
export const resumeFlowRun = (context: Context, flowRunId: string): Promise<void> => command(context, flowRunId, decideResume)

async function command(context: Context, flowRunId: string, decide: (command: Command) => CommandVerdict): Promise<void> {
  permit(context.actor, 'flow-runs:pause')
  await changeFlowRun(context, flowRunId, (run, now) => decide({ run, by: describeActor(context.actor), now, newId }))
}
