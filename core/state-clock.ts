/**
 * Times that come from other clocks. A holder's times are shifted by the smallest (received − sentAt) seen in its epoch: the fastest message is the one
 * whose delay falsifies least. A recorded time never moves, states of a run rise strictly, and an end is never before its start.
 */
import type { Instant } from './instant.ts'
import type { State } from './states.ts'

/** Postgres keeps microseconds; so do all recorded times. */
const toMicroseconds = (instant: Instant): Instant => Math.round(instant * 1_000) / 1_000

/** The epoch's clock shift after a message, in milliseconds. */
export const clockShiftAfter = (shift: number | null, received: Instant, sentAt: Instant): number =>
  shift === null ? received - sentAt : Math.min(shift, received - sentAt)

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
