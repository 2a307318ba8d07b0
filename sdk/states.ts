/**
 * States as authors write them: what a flow or task function may return instead of a value. The engine gives them id and time.
 *
 *     return Completed({ name: 'Skipped', message: 'nothing new' })
 */
import { LIMITS } from '../core/limits.ts'
import { STATE_NAMES, type StateType } from '../core/states.ts'
import { UsageError } from './errors.ts'

const BRAND = Symbol.for('weirflow.returned-state')
const FINAL = Symbol.for('weirflow.final-state')

/** A state that an author returns. `data` is the value that a caller gets. */
export interface ReturnedState<T = undefined> {
  /** Drives every rule. */
  readonly type: Extract<StateType, 'COMPLETED' | 'FAILED' | 'CANCELLED'>
  /** The word people see. */
  readonly name: string
  /** Why, in a sentence; null when nothing was said. */
  readonly message: string | null
  /** The value for whoever called. */
  readonly data: T
}

/** What `Completed`, `Failed` and `Cancelled` take; everything may be left out. */
export interface ReturnedStateOptions<T> {
  /** The word people see; by default the type's own. */
  name?: string
  /** Why, in a sentence, for people. */
  message?: string
  /** The value for whoever called. */
  data?: T
}

/** It went well; `name` may say how. */
export const Completed = <T = undefined>(options: ReturnedStateOptions<T> = {}): ReturnedState<T> => returnedState('COMPLETED', options)

/** It did not; the same as throwing, without a stack. Retried like an error. */
export const Failed = <T = undefined>(options: ReturnedStateOptions<T> = {}): ReturnedState<T> => returnedState('FAILED', options)

/** It gave up on purpose. Not retried. */
export const Cancelled = <T = undefined>(options: ReturnedStateOptions<T> = {}): ReturnedState<T> => returnedState('CANCELLED', options)

function returnedState<T>(type: ReturnedState['type'], { name, message, data }: ReturnedStateOptions<T>): ReturnedState<T> {
  if (name !== undefined && (typeof name !== 'string' || name === '' || name.length > LIMITS.name)) {
    throw new UsageError(
      `the name of a returned state must be 1 to ${LIMITS.name} characters, and is ${typeof name === 'string' ? `${name.length} long` : String(name)}`,
    )
  }
  const state = {
    type,
    name: name ?? STATE_NAMES[type][0],
    message: message === undefined || message === null ? null : String(message),
    data: data as T,
  }
  Object.defineProperty(state, BRAND, { value: true })
  return Object.freeze(state)
}

/** Whether `Completed`, `Failed` or `Cancelled` made it. */
export const isReturnedState = (value: unknown): value is ReturnedState<unknown> => typeof value === 'object' && value !== null && BRAND in value

/** Marks the state that a run has ended in (or a task was left in that never started), so that a flow which returns it is judged by it. Answers the same object. */
export function markFinalState<T extends { type: StateType }>(state: T): T {
  Object.defineProperty(state, FINAL, { value: true })
  return state
}

/** Whether it is the state of a run that has ended, as `run(…, { returnState: true })` gives it. */
export const isFinalState = (value: unknown): value is { type: StateType; name: string; message: string | null; flowRunName?: string } =>
  typeof value === 'object' && value !== null && FINAL in value
