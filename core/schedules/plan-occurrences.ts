/**
 * Which occurrences of a schedule are to be made now, ahead of their time.
 *
 * 1. It goes on from where the last filling ended and not from now, so an absence of ours loses nothing that is to be kept.
 * 2. At least 3 occurrences and at least an hour ahead, but at most 100 occurrences and 100 days; again when half of that is used.
 * 3. A pure function of (schedule, filledUntil, now): asked twice it names the same instants, and each instant is a run once.
 */
import type { Instant } from '../instant.ts'
import { LAST_SECOND, nextInstants } from './next-instants.ts'
import type { CatchUp } from './occurrence-policy.ts'
import type { Schedule } from './schedule.ts'

const LEAST_AHEAD = 3
const LEAST_AHEAD_MS = 3_600_000
const DAY_MS = 86_400_000
const MOST_AHEAD_MS = 100 * DAY_MS
/** Most occurrences ahead, and most that are made of what an absence has left behind in one filling. */
export const MOST_OCCURRENCES = 100

export interface OccurrencePlan {
  /** To be made, in order. Those before `now` were left behind by an absence of ours. */
  instants: Instant[]
  /** Every instant before this one is made, or is not to be made. */
  filledUntil: Instant
  /** When to fill again; null = the schedule is over. */
  fillAt: Instant | null
}

/**
 * Plans one filling. Of what was left behind, `all` gets every occurrence (the oldest hundred first, `fillAt` = now when there are more); `skip` and
 * `latest` get the newest hundred, because the rest would only be noted as missed. Throws a ScheduleProblem as nextInstants does.
 */
export function planOccurrences(
  schedule: Schedule,
  { filledUntil, now, catchUp }: { filledUntil: Instant; now: Instant; catchUp: CatchUp },
): OccurrencePlan {
  const behind = filledUntil < now ? leftBehind(schedule, filledUntil, now, catchUp) : []
  if (behind.length > MOST_OCCURRENCES) {
    const instants = behind.slice(0, MOST_OCCURRENCES)
    return { instants, filledUntil: behind[MOST_OCCURRENCES] as Instant, fillAt: now }
  }
  // One more than may be made: it says where the filling ends.
  const coming = nextInstants(schedule, { from: now, count: MOST_OCCURRENCES + 1 })
  let taken = 0
  for (; taken < Math.min(coming.length, MOST_OCCURRENCES); taken++) {
    const at = coming[taken] as Instant
    if (at > now + MOST_AHEAD_MS) break
    if (taken >= LEAST_AHEAD && (coming[taken - 1] as Instant) >= now + LEAST_AHEAD_MS) break
  }
  const next = coming[taken]
  const last = coming[taken - 1]
  return {
    instants: [...behind, ...coming.slice(0, taken).filter((at) => at >= filledUntil)],
    // Of a schedule that is over everything is made: nothing newer is awaited.
    filledUntil: Math.max(filledUntil, next ?? LAST_SECOND * 1_000),
    fillAt: next === undefined ? null : last === undefined ? Math.max(now + LEAST_AHEAD_MS, next - MOST_AHEAD_MS) : now + (last - now) / 2,
  }
}

/** Instants from `from` to before `now`; one more than may be made when there are more. */
function leftBehind(schedule: Schedule, from: Instant, now: Instant, catchUp: CatchUp): Instant[] {
  const within = (begin: Instant, count: number) => nextInstants(schedule, { from: begin, count }).filter((at) => at < now)
  if (catchUp === 'all') return within(from, MOST_OCCURRENCES + 1)
  // The newest hundred, without a walk over all that went by: windows that reach back twice as far each time.
  for (let reach = MOST_OCCURRENCES * 1_000; ; reach *= 2) {
    const begin = Math.max(from, now - reach)
    const found = nextInstants(schedule, { from: begin, count: 4 * MOST_OCCURRENCES }).filter((at) => at < now)
    if (begin === from || found.length >= MOST_OCCURRENCES) return found.slice(-MOST_OCCURRENCES)
  }
}
