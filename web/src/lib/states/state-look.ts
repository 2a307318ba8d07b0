/** How a state looks: one shape, one word, one colour. The shape carries the meaning for who sees no colours. */
import type { StateType } from '#lib/graphql/generated/graphql.ts'

// Which states there are, and which are over, is said in one place.
export { isFinal, STATE_TYPES } from '../../../../core/states.ts'

/** Every look; the names of the shapes and of the colour tokens. */
export const STATE_LOOKS = [
  'scheduled',
  'late',
  'pending',
  'running',
  'paused',
  'cancelling',
  'completed',
  'failed',
  'cancelled',
  'crashed',
  'retry',
] as const
/** One of them. */
export type StateLook = (typeof STATE_LOOKS)[number]

const BY_TYPE: Record<StateType, StateLook> = {
  SCHEDULED: 'scheduled',
  PENDING: 'pending',
  RUNNING: 'running',
  PAUSED: 'paused',
  CANCELLING: 'cancelling',
  COMPLETED: 'completed',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
  CRASHED: 'crashed',
}

/** The type decides; two names stand out, because a person acts on them: `Late` and `AwaitingRetry`. */
export function lookOf(type: StateType, name?: string): StateLook {
  if (type === 'SCHEDULED' && name === 'Late') return 'late'
  if (type === 'SCHEDULED' && name === 'AwaitingRetry') return 'retry'
  return BY_TYPE[type]
}

const WORDS: Record<string, string> = {
  AwaitingRetry: 'Waiting to retry',
  AwaitingConcurrencySlot: 'Waiting for a slot',
  NotReady: 'Not run',
  TimedOut: 'Timed out',
}

/** The name as people read it. */
export const wordOf = (name: string): string => WORDS[name] ?? name

/** CSS variable of the colour. */
export const colourOf = (look: StateLook): string =>
  look === 'retry' ? 'var(--late)' : look === 'cancelling' ? 'var(--cancelled)' : `var(--${look})`

/** Not running yet, or not any more for now. */
export const isWaiting = (type: StateType): boolean => type === 'SCHEDULED' || type === 'PENDING' || type === 'PAUSED'
