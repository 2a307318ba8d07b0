/** What a WorkPool says to a worker. */
import type { Instant } from '../instant.ts'
import type { Assignment } from './assignment.ts'
import type { Directive } from './reports.ts'
import type { RunKey } from './worker-messages.ts'

/** Answer to `hello`. */
export interface Welcome {
  type: 'welcome'
  protocol: number
  workerId: string
  workPool: { id: string; name: string; type: string; isPaused: boolean }
  /** Server's clock, for the age of assignments. */
  serverTime: Instant
  /** `sentAt` of the hello that this answers. */
  answers: Instant
  fence: number
}

export interface Assign {
  type: 'assign'
  assignments: Assignment[]
}

/**
 * Answer to `renew`, written by Postgres. `lost` names runs of the message that this session does not hold (any more): stop them. `speak` names those that
 * were lost but may go on: their next report takes them back, so a quiet one is asked to send an empty one.
 */
export interface Renewed {
  type: 'renewed'
  answers: Instant
  fence: number
  lost: RunKey[]
  speak?: RunKey[]
}

/** A directive for one run; the same one also comes with the next report's answer. */
export interface Direct {
  type: 'direct'
  flowRunId: string
  epoch: number
  directive: Directive
}

/**
 * Somebody wants this worker to leave: it takes nothing new, finishes what it holds, and ends. Only said to workers whose `hello` understands it; said again
 * after each hello of the session.
 */
export interface Drain {
  type: 'drain'
}

/** Said before the socket is closed by the server. `code` is stable and listed in docs/protocol.md; `retry` false = do not come back with the same hello. */
export interface Goodbye {
  type: 'goodbye'
  code:
    | 'bad_message'
    | 'message_too_large'
    | 'too_many_messages'
    | 'unsupported_protocol'
    | 'superseded'
    | 'name_taken'
    | 'revoked'
    | 'pool_deleted'
    | 'pool_type_mismatch'
    | 'internal'
  message: string
  retry: boolean
}

/** What a pool says to a worker that stays. */
export type PoolWord = Welcome | Assign | Renewed | Direct | Drain

export type PoolMessage = PoolWord | Goodbye
