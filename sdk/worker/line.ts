/** A way for messages between a worker and its pool, as long as it lasts: one WebSocket, or one line of long polls. The session outlives every line. */
import type { Goodbye, PoolMessage } from '../../core/protocol/pool-messages.ts'
import type { ProtocolError } from '../../core/protocol/reports.ts'
import type { WorkerMessage } from '../../core/protocol/worker-messages.ts'

/** Why the control plane will not talk to this worker. `code` is stable. */
export class ConnectionRefused extends Error {
  readonly code: string
  readonly hint: string | undefined
  readonly status: number
  constructor(code: string, message: string, hint?: string, status = 0) {
    super(message)
    this.name = 'ConnectionRefused'
    this.code = code
    this.hint = hint
    this.status = status
  }
}

export interface Line {
  /** Answers whether the line took it. */
  send(message: WorkerMessage): boolean
  readonly isOpen: boolean
  /** Ends it for good, and the session with it. Resolves when that is said, or could not be. */
  leave(): Promise<void>
  /** Ends it without a word: another line has taken its place. */
  drop(): void
}

/** What becomes of a line. Nothing is told after `onEnd`, nor after `leave` or `drop`. */
export interface LineHandlers {
  /** Messages may be said. */
  onOpen(): void
  /** A goodbye is told by `onEnd`. */
  onMessage(message: Exclude<PoolMessage, Goodbye>): void
  onEnd(end: LineEnd): void
}

export type LineEnd =
  /** `isForeign`: not the control plane has said so, but a page of somebody on the way, or another program on that port. */
  | { kind: 'refused'; error: ConnectionRefused; isForeign?: boolean }
  /**
   * `code`: a WebSocket's close code, 0 without one. `fault`: `upgrade` = something on the way lets no WebSocket pass; `broken` = it did not hold;
   * `silent` = it was taken and never answered; `unreachable` = nobody was there; `said` = the pool has said why.
   */
  | { kind: 'lost'; reason: string; code: number; fault: 'upgrade' | 'broken' | 'silent' | 'unreachable' | 'said' }

export interface LineOptions {
  /** Of /connect, with the pool in its query; http or https. */
  url: URL
  apiKey: string
  workPool: string
  /** Milliseconds between text pings; a poll waits twice as long. */
  ping: number
}

/** Codes of errors that say nothing about the way: nobody was there. */
export const UNREACHABLE: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN'])

/** A refusal as the control plane words it; null when somebody else has answered: a proxy's page, or another program on that port. */
export function readRefusal(status: number, body: string): ConnectionRefused | null {
  try {
    const { error } = JSON.parse(body) as Partial<ProtocolError>
    if (error?.code) return new ConnectionRefused(error.code, error.message, error.hint, status)
  } catch {
    // Told by null.
  }
  return null
}
