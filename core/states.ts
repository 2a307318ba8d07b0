/**
 * The nine state types and the names people see. The type drives every rule; the name is for people.
 * A state is immutable: a change of state is a new state with a new id. Timestamps rise strictly within a run.
 */
import type { Instant } from './instant.ts'
import type { JsonObject, JsonValue } from './json-value.ts'

export const STATE_TYPES = ['SCHEDULED', 'PENDING', 'RUNNING', 'PAUSED', 'CANCELLING', 'COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED'] as const
/** What drives every rule: the first five are on the way, the last four are ends. */
export type StateType = (typeof STATE_TYPES)[number]

/** Names with a meaning of their own. Any other name is an author's word for the type, e.g. COMPLETED `Skipped`. */
export const STATE_NAMES = {
  SCHEDULED: ['Scheduled', 'Late', 'AwaitingRetry', 'AwaitingConcurrencySlot', 'Resuming'],
  PENDING: ['Pending', 'Submitting', 'NotReady'],
  RUNNING: ['Running', 'Retrying', 'Suspending'],
  PAUSED: ['Paused', 'Suspended', 'NotReady'],
  CANCELLING: ['Cancelling'],
  COMPLETED: ['Completed', 'Cached', 'Skipped'],
  FAILED: ['Failed', 'TimedOut'],
  CANCELLED: ['Cancelled', 'Missed', 'Skipped'],
  CRASHED: ['Crashed'],
} as const satisfies Record<StateType, readonly string[]>

export interface StateDetails {
  /** SCHEDULED: when the run is due. */
  scheduledTime?: Instant
  /** Why a CRASHED run crashed: `lost` (its holder fell silent or died unseen: its own reports may re-open it) or `exit` (its process ended badly). */
  cause?: 'lost' | 'exit'
  /** The error that ended a FAILED or CRASHED run, as people read it. `stack` is cut at 8 KiB. */
  error?: { name: string; message: string; stack?: string }
  /** COMPLETED: a reference to the result, never the result. */
  result?: { type: string; reference: string }
  /** COMPLETED `Cached`: the run that made the result; `flowRunId` is null when it ran outside of flows. */
  cachedFrom?: { taskRunId: string; flowRunId: string | null }
  /** CRASHED after an exit: how the process ended and its last lines of stderr (at most 4 KiB). */
  exit?: { code: number | null; signal: string | null; stderr?: string }
  /** CANCELLING, CANCELLED, RUNNING with `suspends`, PAUSED: who asked. */
  by?: string
  /** PAUSED: when the wait is over. */
  pauseUntil?: Instant
  /** PAUSED by its own code: what is asked. */
  pause?: PauseForm
  /** COMPLETED, a task run of a durable flow: what finds it again when the flow runs again. */
  durableKey?: string
  /** SCHEDULED: the run is retried from this task; what finished before it is used again. */
  fromTask?: string
  /** RUNNING after PAUSED: id of the PAUSED state that is over. */
  resumes?: string
  /** RUNNING, as an attempt begins: what the flow says of itself, its `version`. */
  flowVersion?: string
  /** RUNNING: somebody (`by`) has asked for the process; the run says itself when it has suspended. */
  suspends?: boolean
}

/** What a run that paused itself wants to know before it goes on. At most `LIMITS.pauseForm` bytes. */
export interface PauseForm {
  /** Which pause of the run it is; the answer is stored under it. */
  key: string
  /** JSON Schema of the answer; none = nothing is asked. */
  schema?: JsonObject
  /** Stands below the answer: what a person leaves out. */
  defaults?: JsonObject
}

/** Where a run stands, or stood. */
export interface State {
  /** UUID v7. */
  readonly id: string
  /** Drives every rule. */
  readonly type: StateType
  /** For people: `Late`, `TimedOut`, or an author's own word. */
  readonly name: string
  /** Milliseconds since 1970. They rise strictly within a run. */
  readonly timestamp: Instant
  /** Why, in a sentence; null when there is nothing to add. */
  readonly message: string | null
  /** What belongs to some states only. */
  readonly details: StateDetails
}

const FINAL: ReadonlySet<StateType> = new Set(['COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED'])

export const isFinal = (type: StateType): boolean => FINAL.has(type)

/** The name a state gets when nobody gave one: `Completed` for COMPLETED. */
export const defaultStateName = (type: StateType): string => STATE_NAMES[type][0]

export interface StateInit {
  id: string
  type: StateType
  timestamp: Instant
  name?: string
  message?: string | null
  details?: StateDetails
}

export const makeState = ({ id, type, timestamp, name, message = null, details = {} }: StateInit): State => ({
  id,
  type,
  name: name ?? defaultStateName(type),
  timestamp,
  message,
  details,
})

export type { JsonValue }
