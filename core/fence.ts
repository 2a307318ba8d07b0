/**
 * The holder's side of a lease: until when it may act without having heard anything, and whether it may act without asking. Both count on two clocks, because
 * each of them lies in its own way: the wall clock steps, the monotonic one stands still while the machine sleeps.
 */
import type { Instant } from './instant.ts'
import type { Assignment } from './protocol/assignment.ts'
import type { Timings } from './timings.ts'

/** Both clocks of a holder at one moment, in milliseconds. */
export interface Clocks {
  wall: Instant
  monotonic: number
}

/** Deadline on both clocks; passed when either says so. */
export interface Fence {
  wall: Instant
  monotonic: number
}

/** A fence counts from the moment at which the acknowledged message was sent, never from the arrival of the answer. */
export const fenceFrom = (sent: Clocks, length: number): Fence => ({ wall: sent.wall + length, monotonic: sent.monotonic + length })

export const fencePassed = (fence: Fence, now: Clocks): boolean => now.wall >= fence.wall || now.monotonic >= fence.monotonic

/** Milliseconds until the fence passes, 0 or less when it has: how long to sleep before looking again. */
export const fenceLeft = (fence: Fence, now: Clocks): number => Math.min(fence.wall - now.wall, fence.monotonic - now.monotonic)

/** An acknowledgement moves the fence forward; one of an older message does not move it back. */
export function moveFence(fence: Fence | null, sent: Clocks, length: number): Fence {
  const moved = fenceFrom(sent, length)
  return fence !== null && fence.monotonic >= moved.monotonic ? fence : moved
}

/** What a holder knows of the server's clock: learnt from an answer, together with the clocks at the *sending* of its question. */
export interface ServerClock {
  serverTime: Instant
  learntAt: Clocks
}

/** The latest that the server's clock can show now: the answer was written after the question was sent. */
const latestServerTime = (server: ServerClock, now: Clocks): Instant => server.serverTime + (now.monotonic - server.learntAt.monotonic)

/** Wall and monotonic clocks may drift apart by this much before they count as not having moved together. */
const CLOCK_TOLERANCE = 1_000

/** False when the machine slept or its clock was set since then. */
export const clocksMovedTogether = (since: Clocks, now: Clocks): boolean =>
  Math.abs(now.wall - since.wall - (now.monotonic - since.monotonic)) <= CLOCK_TOLERANCE

/** Whether user code of an assignment may start without a further question. Otherwise RUNNING is proposed, and its acknowledgement awaited. */
export function mayStartAtOnce(assignment: Pick<Assignment, 'mayStart' | 'claimedAt'>, server: ServerClock, now: Clocks, timings: Timings): boolean {
  if (!assignment.mayStart || !clocksMovedTogether(server.learntAt, now)) return false
  const age = latestServerTime(server, now) - assignment.claimedAt
  return age < timings.assignmentMaxAge
}

/** The first fence of a run: it counts from the claim, by the server's clock. */
export function fenceOfAssignment(assignment: Pick<Assignment, 'claimedAt' | 'fence'>, server: ServerClock, now: Clocks): Fence {
  const age = Math.max(0, latestServerTime(server, now) - assignment.claimedAt)
  return fenceFrom(now, assignment.fence - age)
}

interface FencedRun {
  onContactLost: 'continue' | 'stop'
  startAgain: boolean
  /** Whether the record has acknowledged a RUNNING of this epoch. */
  runningAcknowledged: boolean
}

/** Whether a run must stop when its fence has passed: it asked for that, or it would be given out again because nobody knows that it started. */
export const fenceStops = (run: FencedRun): boolean => run.onContactLost === 'stop' || (run.startAgain && !run.runningAcknowledged)

/**
 * Whether a retry that waited in the process may start its next attempt without asking. While it waits, the record may give the run to somebody else as soon
 * as contact is lost; so a deployed run proposes RUNNING and awaits the acknowledgement, unless its fence stops it in time. Immediate retries never left RUNNING.
 */
export const mayStartAttempt = (run: { deployed: boolean; onContactLost: 'continue' | 'stop' }, fence: Fence, now: Clocks): boolean =>
  !run.deployed || (run.onContactLost === 'stop' && !fencePassed(fence, now))
