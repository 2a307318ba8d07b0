/**
 * When a schedule fires next. A pure function of schedule and `from`: asking for n and then, from just after the last one, for m more gives the same as
 * asking for n + m.
 *
 * Bounded: it looks at most forty years beyond `from` (or beyond the schedule's own beginning, when that is later), never past the year 9999, and what it
 * does per day does not depend on how fine the schedule is.
 */
import type { Instant } from '../instant.ts'
import { DAY, dayOf, type Wall } from './calendar.ts'
import { wallsOfCron } from './cron.ts'
import { keepsWallTime, stepsOfInterval } from './interval.ts'
import { instantsOfRecurrence } from './recurrence-instants.ts'
import type { Schedule } from './schedule.ts'
import { earliestWallFrom, instantsOf } from './zone.ts'

/** Most instants of one answer. */
export const MOST_INSTANTS = 1_000

const LOOK_AHEAD = 40 * 365.25 * DAY
/** The last second of the year 9999. */
export const LAST_SECOND = dayOf(10_000, 1, 1) * DAY - 1

/**
 * The next `count` instants at or after `from`, in order; fewer when there are no more. Throws a ScheduleProblem only for an RRULE that takes too
 * long to work out (see patience.ts).
 */
export function nextInstants(schedule: Schedule, { from, count }: { from: Instant; count: number }): Instant[] {
  const first = Math.ceil(Math.max(from, schedule.start ?? from) / 1_000)
  const begin = schedule.kind === 'rrule' ? Math.max(first, schedule.begin) : first
  const horizon = Math.min(begin + LOOK_AHEAD, LAST_SECOND)
  const last = schedule.end === null ? horizon : Math.min(horizon, Math.ceil(schedule.end / 1_000) - 1)
  const found: Instant[] = []
  if (count < 1 || last < first) return found
  for (const instant of instantsFrom(schedule, first, last)) {
    if (instant < first) continue
    if (instant > last) break
    found.push(instant * 1_000)
    if (found.length >= count) break
  }
  return found
}

function instantsFrom(schedule: Schedule, first: number, last: number): Iterable<number> {
  const { zone } = schedule
  const fromWall = earliestWallFrom(zone, first)
  // A day more on the wall than in UTC covers every offset.
  const toWall: Wall = last + DAY
  switch (schedule.kind) {
    case 'cron': {
      const walls = wallsOfCron(schedule.cron, fromWall, toWall)
      return instantsOf(walls, zone, schedule.cron.everyHour ? { onGap: 'skip', onOverlap: 'both' } : schedule)
    }
    case 'interval':
      return keepsWallTime(schedule.seconds)
        ? instantsOf(stepsOfInterval(schedule.seconds, schedule.anchor, fromWall, toWall), zone, schedule)
        : stepsOfInterval(schedule.seconds, schedule.anchor, first, last)
    case 'rrule':
      return instantsOfRecurrence({ ...schedule, set: schedule.set }, fromWall, first, last)
  }
}
