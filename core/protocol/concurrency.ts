/**
 * POST /concurrency: everything that one process wants of named limits at this moment, in one round trip. Safe to send again: a lease that is held already is
 * granted again. What is answered with `wait` keeps its place for those who ask again in time.
 */

/** Slots that are asked for. */
export interface SlotsAsked {
  /** UUID of the lease, made by who asks. */
  id: string
  /** Names of limits; those that there are not, or that are not active, hold nobody back. */
  names: string[]
  slots: number
  /** `rate`: every one of them must be a limit with a decay. */
  mode: 'slots' | 'rate'
  /** The run whose lease the slots are to live with: the root of a subflow. A run token speaks for its own run only. */
  flowRunId: string | null
  taskRunId: string | null
  /** Who it is, in words. */
  holder: string
}

export interface ConcurrencyRequest {
  /** Leases that are over, held or not. */
  release: string[]
  /** Leases that live. */
  renew: string[]
  acquire: SlotsAsked[]
  /** Leases and places that somebody else of the process has by now: what people see of them. */
  users?: SlotsUser[]
}

/** Who has, or waits for, the slots of a lease. */
export interface SlotsUser {
  id: string
  taskRunId: string | null
  holder: string
}

/** Why slots are never given: more than the limit has, a rate of a limit without a decay, or a run whose lease is over. */
export type SlotsRefusal = 'SLOTS_ABOVE_LIMIT' | 'NO_DECAY' | 'RUN_OVER'

export type SlotsAnswer = { id: string } & (
  | /** `names`: the limits that there are. `held`: it is a lease that has to be given back. */
  { outcome: 'granted'; held: boolean; names: string[] } /** Ask again after `retryAfter` milliseconds. */
  | { outcome: 'wait'; retryAfter: number; message: string }
  | { outcome: 'refused'; code: SlotsRefusal; message: string; hint: string }
)

export interface ConcurrencyAnswer {
  /** Of those to renew: leases that are not held any more. */
  gone: string[]
  /** Milliseconds that a lease without a run lives after each renewal. */
  life: number
  /** In the order of asking. */
  acquired: SlotsAnswer[]
  /** Of the active limits without a decay that were asked for; a process that is not told hands no slots on. */
  queues?: QueueAnswer[]
}

/** How a limit stands after the question. */
export interface QueueAnswer {
  name: string
  /** Leases that wait for it, of everybody. */
  waiting: number
  /** More is taken than there is. */
  isOver: boolean
}
