/** Changing a state by force: a person knows better how a run ended than the record does. Audited. */
import { forceFlowRun } from '../../core/flow-run-commands.ts'
import type { FlowRunFacts } from '../../core/flow-run.ts'
import { newId } from '../../core/ids.ts'
import { isFinal, type StateType } from '../../core/states.ts'
import { noteForcedState } from '../../db/queries/audit-rows/note-forced-state.ts'
import { deedOf } from '../auth/deed-of.ts'
import { describeActor } from '../auth/actor.ts'
import { checkJson, checkName } from '../check-input.ts'
import type { Context } from '../context.ts'
import { Invalid } from '../errors.ts'
import { permit } from '../permissions.ts'
import { cancelDescendants } from './cancel-descendants.ts'
import { changeFlowRun } from './change-flow-run.ts'

const LONGEST_MESSAGE = 1_000

interface Forced {
  type: StateType
  name: string | null
  message: string | null
}

type Final = Parameters<typeof forceFlowRun>[0]['type']

/**
 * Puts the run into a final state whatever it is in. It is given out no more under its epoch, and whoever still runs it is told to stop. The same type again
 * changes nothing. Throws Invalid, NotFound, Conflict.
 */
export async function setFlowRunState(context: Context, flowRunId: string, { type, name, message }: Forced): Promise<void> {
  permit(context.actor, 'flow-runs:set-state')
  const issues = [...(name === null ? [] : checkName(name, ['name'])), ...checkJson(message, ['message'])]
  const expected = 'COMPLETED, FAILED, CANCELLED or CRASHED'
  if (!isFinal(type))
    issues.push({ path: ['type'], message: `expected ${expected}, got ${type}: a run that goes on has its state from its runner`, expected })
  if (message !== null && message.length > LONGEST_MESSAGE)
    issues.push({
      path: ['message'],
      message: `expected at most ${LONGEST_MESSAGE} characters, got ${message.length}`,
      expected: `at most ${LONGEST_MESSAGE} characters`,
    })
  if (issues.length > 0) throw new Invalid(issues)
  const by = describeActor(context.actor)
  let before: FlowRunFacts | null = null
  await changeFlowRun(
    context,
    flowRunId,
    (run, now) => {
      before = run
      return forceFlowRun({ run, by, reason: message, now, newId, type: type as Final, ...(name === null ? {} : { name }) })
    },
    ({ guard }) => [noteForcedState(flowRunId, guard, deedOf(context.actor, 'flow-runs:set-state', { type, name, message }))],
  )
  tellToStop(context, before, by)
  if (type === 'CANCELLED') await cancelDescendants(context, [flowRunId])
}

/** Its worker hears it now, not with the next report. */
function tellToStop({ workspaceId, coordinators }: Context, run: FlowRunFacts | null, by: string): void {
  if (run?.holder?.kind !== 'worker' || !run.workPoolId) return
  const { workPoolId, epoch, id: flowRunId, holder } = run
  const directive = { kind: 'stop', reason: `its state was set by ${by}` } as const
  coordinators.direct({ workspaceId, workPoolId, sessionId: holder.sessionId, flowRunId, epoch, directive })
}
