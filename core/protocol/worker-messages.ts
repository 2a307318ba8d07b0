/** What a worker says to its WorkPool over its one socket. Decisions only; reports go over HTTP. */
import type { Instant } from '../instant.ts'

/** First message of a socket. Re-sent with the same session after a reconnect; a new session says that the process is new. */
export interface Hello {
  type: 'hello'
  protocol: { newest: number; oldest: number }
  /** UUID of this worker process's life. */
  sessionId: string
  worker: { name: string; version: string; type: string; labels: Record<string, string>; hostname: string; pid: number }
  /** Queue names to serve; empty = all. */
  queues: string[]
  /** All slots of this worker. */
  slots: number
  /** Runs it holds now, with what it knows of each. The WorkPool re-sends what is missing and takes back what no runner got. */
  holding: RunKey[]
  sentAt: Instant
  /** Pool messages that came after 0.1 and that this worker acts upon, by type, for example `drain`. Left out = none. */
  understands?: string[]
}

export interface RunKey {
  flowRunId: string
  epoch: number
}

/** Slots free at this moment; sent when it changes. `draining` = nothing more, please, until the end of this session. */
export interface Room {
  type: 'room'
  free: number
  draining: boolean
}

/** These assignments have arrived and are acted upon. */
export interface Acknowledge {
  type: 'acknowledge'
  runs: RunKey[]
}

/** No runner got these runs: they go back under a new epoch. */
export interface HandBack {
  type: 'hand-back'
  runs: (RunKey & { reason: string })[]
}

/** Renews the leases of all runs that this session holds; answered by `renewed`. Any other message renews as well. */
export interface Renew {
  type: 'renew'
  /** Echoed, so that the fence counts from the moment of sending. */
  sentAt: Instant
  holding: RunKey[]
}

export type WorkerMessage = Hello | Room | Acknowledge | HandBack | Renew
