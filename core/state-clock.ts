/**
 * Times that come from other clocks. A holder's clock that runs apart from the record's is told from a slow network by size: what a message may spend on its
 * way is no shift, so the holder's own times stand and keep the distances it measured. Beyond that all its times are shifted by one number, which changes only
 * for a message that shows it to be wrong by more than that again. A recorded time is never after its arrival, never moves, states of a run rise strictly, and
 * an end is never before its start.
 */
import type { Instant } from './instant.ts'
import type { State } from './states.ts'

/** What a message may take between two machines whose clocks agree, and what agreeing clocks may differ, in milliseconds. */
export const CLOCK_TOLERANCE = 2_000

/** Postgres keeps microseconds; so do all recorded times. */
const toMicroseconds = (instant: Instant): Instant => Math.round(instant * 1_000) / 1_000

/**
 * The epoch's clock shift after a message, in milliseconds: 0 when both clocks agree within the tolerance. The fastest message is the one whose delay
 * falsifies least, so a shift only falls; and only by more than the tolerance, because each step down is one back in the recorded times.
 */
export function clockShiftAfter(shift: number | null, received: Instant, sentAt: Instant): number {
  const seen = received - sentAt
  if (shift !== null && seen > shift - CLOCK_TOLERANCE) return shift
  return Math.abs(seen) < CLOCK_TOLERANCE ? 0 : seen
}

/** The first microsecond after `previous`, or `wanted` when that is later. */
export const timeAfter = (previous: Instant | null, wanted: Instant): Instant =>
  previous === null ? toMicroseconds(wanted) : Math.max(toMicroseconds(wanted), toMicroseconds(previous + 0.001))

/** A state with all its times shifted to the record's clock, no later than `now` unless that would put it before its predecessor. */
export function shiftState(state: State, shift: number, now: Instant, previous: Instant | null): State {
  const { scheduledTime, pauseUntil } = state.details
  const details = { ...state.details }
  if (scheduledTime !== undefined) details.scheduledTime = toMicroseconds(scheduledTime + shift)
  if (pauseUntil !== undefined) details.pauseUntil = toMicroseconds(pauseUntil + shift)
  return { ...state, timestamp: timeAfter(previous, Math.min(state.timestamp + shift, now)), details }
}

/** A state history, oldest first, shifted and strictly rising. */
export function shiftStates(states: readonly State[], shift: number, now: Instant): State[] {
  const shifted: State[] = []
  for (const state of states) shifted.push(shiftState(state, shift, now, shifted.at(-1)?.timestamp ?? null))
  return shifted
}

export const shiftTime = (time: Instant, shift: number, now: Instant): Instant => toMicroseconds(Math.min(time + shift, now))
