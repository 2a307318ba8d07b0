/** Intervals: every so many seconds, in step with an anchor, before it as well as after it. Whole days keep the anchor's wall time; others are elapsed time. */
import { DAY, type Wall } from './calendar.ts'
import { ScheduleProblem } from './schedule-problem.ts'

/** Milliseconds of it must stay exact in a number. */
const LONGEST = 100_000 * 366 * DAY

/** Whole seconds; throws a ScheduleProblem. */
export function readInterval(seconds: number): number {
  if (!Number.isFinite(seconds) || seconds <= 0) throw new ScheduleProblem('interval', `${seconds} is no interval: expected 1 second or more`)
  if (!Number.isInteger(seconds)) throw new ScheduleProblem('interval', `${seconds} is finer than a second: expected a whole number of seconds`)
  if (seconds > LONGEST) throw new ScheduleProblem('interval', `${seconds} is too long: expected at most ${LONGEST} seconds`)
  return seconds
}

/** Whether the interval keeps wall time. */
export const keepsWallTime = (seconds: number): boolean => seconds % DAY === 0

/** `anchor + k · seconds` from `from` to `to`, both inclusive: wall times of a wall anchor, instants of an instant. */
export function* stepsOfInterval(seconds: number, anchor: Wall, from: Wall, to: Wall): Generator<Wall> {
  for (let at = anchor + Math.ceil((from - anchor) / seconds) * seconds; at <= to; at += seconds) yield at
}
