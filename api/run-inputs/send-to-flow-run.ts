/** Sending a message to a run that goes on: stored at once, in order, and received by one call of the run. */
import { isUuid, newId } from '../../core/ids.ts'
import type { JsonValue } from '../../core/json-value.ts'
import { LIMITS } from '../../core/limits.ts'
import { sendRunInput } from '../../db/queries/run-inputs/run-inputs.ts'
import { describeActor } from '../auth/actor.ts'
import { checkJson, sizeOfJson } from '../check-input.ts'
import type { Context } from '../context.ts'
import { Conflict, Invalid, LimitExceeded, NotFound } from '../errors.ts'
import { permit } from '../permissions.ts'

/** Messages that wait for one run. */
const MOST_WAITING = 1_000

interface Given {
  flowRunId: string
  value: JsonValue
  /** Made by the sender, so that sending again stores it once. */
  messageId: string | null
}

/** Answers the message's id. Throws Invalid, NotFound, Conflict (the run is over), LimitExceeded. */
export async function sendToFlowRun({ actor, db }: Context, { flowRunId, value, messageId }: Given): Promise<string> {
  permit(actor, 'run-inputs:send')
  const issues = checkRunInput(value, ['value'])
  if (messageId !== null && !isUuid(messageId)) issues.push({ path: ['messageId'], message: 'expected a UUID', expected: 'UUID' })
  if (issues.length > 0) throw new Invalid(issues)
  const id = messageId ?? newId()
  const fromFlowRunId = actor.kind === 'runner' ? actor.flowRunId : null
  const outcome = await db.run(sendRunInput({ id, flowRunId, value, sentBy: describeActor(actor), fromFlowRunId, most: MOST_WAITING }))
  switch (outcome) {
    case 'missing':
      throw new NotFound('flow run', flowRunId, { path: ['id'] })
    case 'over':
      throw new Conflict('The run is over: nobody would receive the message.', { path: ['id'] })
    case 'full':
      throw new LimitExceeded(`${MOST_WAITING} messages wait for the run already.`, MOST_WAITING, {
        hint: 'Wait until it has received some of them.',
      })
    case 'sent':
      return id
  }
}

/** What the record takes as an answer or a message. */
export function checkRunInput(value: JsonValue, path: string[]) {
  const issues = checkJson(value, path)
  if (issues.length === 0 && sizeOfJson(value) > LIMITS.runInput)
    issues.push({ path, message: 'expected at most 512 KiB as JSON', expected: 'at most 512 KiB' })
  return issues
}
