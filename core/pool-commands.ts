/** What a Coordinator has done in its name, and what the record answers to it. */
import type { Instant } from './instant.ts'
import type { Loss } from './leases.ts'
import type { PoolMessage, Welcome } from './protocol/pool-messages.ts'
import type { Hello, RunKey } from './protocol/worker-messages.ts'
import type { StateType } from './states.ts'

/** What the shell has to do. Those that ask the record feed their result back: see the method named. */
export type PoolCommand =
  | { do: 'send'; socket: string; message: PoolMessage }
  | { do: 'close'; socket: string; code: number; reason: string }
  /** Write worker and session; read what it holds → `opened`. */
  | { do: 'open-session'; socket: string; hello: Hello }
  /** `beginClaim`; read waiting runs, queues and limits; `chooseAssignments` with `rooms()`; claim; → `assign` for what was granted, `claimed` in any case. */
  | { do: 'claim' }
  /** Workers are here and none has room: what a schedule makes due meets them all the same → `met`. */
  | { do: 'meet' }
  /** Put these runs back with `handBack` of leases.ts. */
  | { do: 'hand-back'; sessionId: string; runs: (RunKey & { reason: string })[] }
  /** heard_at of all runs of these sessions, in one statement; read what each holds → `renewed`, or `renewalFailed`. */
  | { do: 'renew'; contacts: Contact[] }
  /** Judge the pool's leases → `judged`. */
  | { do: 'judge' }
  /** End these leases with `loseLease`, if the session still holds the runs. */
  | { do: 'lose'; sessionId: string; runs: RunKey[]; loss: Loss }
  /** Note that the session takes nothing new. */
  | { do: 'note-draining'; sessionId: string }
  /** Build these runs' assignments from the record and push them again → `assign`. */
  | { do: 'assign-again'; sessionId: string; runs: RunKey[] }

/** A run that the record says a session holds. */
export interface HeldByRecord extends RunKey {
  stateType: StateType
}

/** The leases of a pool, as its judge saw them. */
export interface HeldLeases {
  count: number
  /** Milliseconds until the next one is silent for too long; those that are already do not count (not judged yet: grace). Null = there is none. */
  silentIn: number | null
}

/** A run that is PENDING with a session. */
export interface StartingRun extends RunKey {
  sessionId: string
}

/** The record's answer to `open-session`. */
export interface OpenedSession {
  workerId: string
  workPool: Welcome['workPool']
  /** Ids of the queues it serves; empty = all. */
  queueIds: string[]
  held: HeldByRecord[]
  /** Runs held by earlier sessions of the same worker: their process has died. */
  heldBefore: { sessionId: string; runs: RunKey[] }[]
  /** It takes nothing new, by its own word or because somebody wants it to leave. Left out = it does. */
  draining?: boolean
  /** Database time of the statement. */
  serverTime: Instant
}

/** A session, and when it was last heard of. */
export interface Contact {
  sessionId: string
  heardAt: Instant
}
