/** A state as a report carries it. */
import { LIMITS } from '../limits.ts'
import type { JsonObject } from '../json-value.ts'
import { type PauseForm, STATE_TYPES, type State, type StateDetails } from '../states.ts'
import { boolean, cutText, instant, integer, jsonObject, nullable, object, oneOf, optional, type Reader, text, uuid } from './shape.ts'

/** Each detail by itself, so that one which cannot be read costs no other. */
export const STATE_DETAILS: { [Key in keyof StateDetails]-?: Reader<StateDetails[Key] | undefined> } = {
  scheduledTime: optional(instant),
  cause: optional(oneOf(['lost', 'exit'])),
  error: optional(
    object<NonNullable<StateDetails['error']>>({
      name: cutText(LIMITS.name),
      message: cutText(LIMITS.errorMessage),
      stack: optional(cutText(LIMITS.errorStack)),
    }),
  ),
  result: optional(object<NonNullable<StateDetails['result']>>({ type: text(64), reference: text(2_048) })),
  cachedFrom: optional(object<NonNullable<StateDetails['cachedFrom']>>({ taskRunId: uuid, flowRunId: nullable(uuid) })),
  exit: optional(
    object<NonNullable<StateDetails['exit']>>({
      code: nullable(integer(-2_147_483_648, 4_294_967_295)),
      signal: nullable(text(32)),
      stderr: optional(cutText(4_096)),
    }),
  ),
  by: optional(text(255)),
  pauseUntil: optional(instant),
  pause: optional(
    object<PauseForm>({
      key: text(LIMITS.name, 1),
      schema: optional(jsonObject(LIMITS.pauseForm)) as Reader<JsonObject>,
      defaults: optional(jsonObject(LIMITS.pauseForm)) as Reader<JsonObject>,
    }),
  ),
  durableKey: optional(text(128)),
  fromTask: optional(text(LIMITS.name)),
  resumes: optional(uuid),
  flowVersion: optional(cutText(LIMITS.name)),
  suspends: optional(boolean),
}

const details = object<StateDetails>(STATE_DETAILS as { [Key in keyof StateDetails]-?: Reader<StateDetails[Key]> })

/** Reads one state; what cut-fact.ts can cut was cut before. */
export const state = object<State>({
  id: uuid,
  type: oneOf(STATE_TYPES),
  name: text(LIMITS.name, 1),
  timestamp: instant,
  message: nullable(cutText(LIMITS.stateMessage)),
  details: (value) => (value === undefined ? {} : details(value)),
})
