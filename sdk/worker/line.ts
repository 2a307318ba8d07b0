/** A way for messages between a worker and its pool, as long as it lasts: one WebSocket, or one line of long polls. The session outlives every line. */
import type { PoolWord } from '../../core/protocol/pool-messages.ts'
import type { WorkerMessage } from '../../core/protocol/worker-messages.ts'
import { NO_TUNNEL } from '../client/http/agent.ts'
import { readProblem } from '../client/http/read-problem.ts'
import { isTlsTrouble } from '../client/http/say-why-not.ts'

/** Why the control plane will not talk to this worker. `code` is stable. */
export class ConnectionRefused extends Error {
  readonly code: string
  readonly hint: string | undefined
  readonly status: number
  readonly requestId: string | undefined
  constructor(code: string, message: string, hint?: string, status = 0, requestId?: string) {
    super(message)
    this.name = 'ConnectionRefused'
    this.code = code
    this.hint = hint
    this.status = status
    this.requestId = requestId
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
  onMessage(message: PoolWord): void
  onEnd(end: LineEnd): void
}

export type LineEnd =
  /** `isDoubtful`: a page of somebody on the way or another program on that port has said so, or what was asked has been damaged on the way. */
  | { kind: 'refused'; error: ConnectionRefused; isDoubtful?: boolean }
  /**
   * `code`: a WebSocket's close code, 0 without one. `fault`: `upgrade` = something on the way lets no WebSocket pass; `broken` = it did not hold;
   * `silent` = it was taken and never answered; `unreachable` = nobody was there; `said` = the pool has said why.
   */
  | { kind: 'lost'; reason: string; code: number; fault: 'upgrade' | 'broken' | 'silent' | 'unreachable' | 'said' }

export interface LineOptions {
  /** Of /connect, with the pool in its query; http or https. */
  url: URL
  apiKey: string
  /** Milliseconds between text pings; a poll waits twice as long. */
  ping: number
}

/** Close code with which a server says that it restarts. */
export const SERVICE_RESTART = 1012

/** Whether the error says nothing about the way: nobody was there, no tunnel was opened, or nobody whose certificate is trusted. */
export function isUnreachable(error: unknown): boolean {
  const { code = '' } = (error ?? {}) as NodeJS.ErrnoException
  return ABSENT.has(code) || isTlsTrouble(code)
}

const ABSENT: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN', NO_TUNNEL])

/** A refusal as the control plane words it; null when somebody else has answered: a proxy's page, or another program on that port. */
export function readRefusal(status: number, body: string): ConnectionRefused | null {
  const problem = readProblem(body)
  return problem && new ConnectionRefused(problem.code, problem.message, problem.hint, status, problem.requestId)
}
