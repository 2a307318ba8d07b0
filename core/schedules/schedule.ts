/**
 * A schedule: when a deployment runs. `readSchedule` turns what an author wrote into a value that was checked once; `nextInstants` and `describeSchedule`
 * take only such values.
 */
import type { Instant } from '../instant.ts'
import { type Wall, wallOf } from './calendar.ts'
import { type Cron, readCron } from './cron.ts'
import { keepsWallTime, readInterval } from './interval.ts'
import { type Recurrence, readRecurrence } from './recurrence.ts'
import { instantIn, wallIn } from './recurrence-instants.ts'
import { quoted, ScheduleProblem } from './schedule-problem.ts'
import { findZone, instantOfAnchor, type OnGap, type OnOverlap, type Zone } from './zone.ts'

/** A schedule as it is written. Exactly one of `cron`, `interval` and `rrule`; null is the same as left out. */
export interface ScheduleInput {
  /** Five fields, six with seconds first, or an alias such as `@daily`. */
  cron?: string | null
  /** With two restricted day fields: either one has to match (default), or both. */
  dayOr?: boolean | null
  /** Whole seconds, 1 or more. */
  interval?: number | null
  /** ISO wall time in the schedule's zone, `2026-01-01T09:00`: intervals keep step with it, an RRULE without DTSTART begins there. */
  anchor?: string | null
  /** RFC 5545: a rule, or a set with DTSTART, RRULE, EXRULE, RDATE and EXDATE lines; at most 6,500 characters. */
  rrule?: string | null
  /** IANA name; UTC when left out. */
  timezone?: string | null
  /** Default `shift`. */
  onGap?: OnGap | null
  /** Default `first`. */
  onOverlap?: OnOverlap | null
  /** Nothing before, this instant included. */
  start?: Instant | null
  /** Nothing from here on. */
  end?: Instant | null
}

interface Common {
  zone: Zone
  onGap: OnGap
  onOverlap: OnOverlap
  start: Instant | null
  end: Instant | null
}

/**
 * A checked schedule. `anchor` is a wall time for whole days and an instant in seconds for other intervals. A rule counts from `dtstart`, and `begin` is the
 * instant in seconds that is meant by it: the wall may show it twice.
 */
export type Schedule = Common &
  (
    | { kind: 'cron'; cron: Cron }
    | { kind: 'interval'; seconds: number; anchor: Wall }
    | { kind: 'rrule'; set: Recurrence; dtstart: Wall; begin: number }
  )

/** The schedule, or what is wrong with it: the part of the input, and a sentence that begins with that part. */
type ReadSchedule = { ok: true; schedule: Schedule } | { ok: false; field: string; message: string }

/** Reads and checks a schedule. `createdAt` stands in for an anchor that nobody gave. */
export function readSchedule(input: ScheduleInput, createdAt: Instant): ReadSchedule {
  try {
    return { ok: true, schedule: read(input, createdAt) }
  } catch (error) {
    if (!(error instanceof ScheduleProblem)) throw error
    return { ok: false, field: error.field, message: `${error.field}: ${error.message}` }
  }
}

const KINDS = ['cron', 'interval', 'rrule'] as const

function read(input: ScheduleInput, createdAt: Instant): Schedule {
  const kinds = KINDS.filter((kind) => input[kind] != null)
  if (kinds.length === 0) throw new ScheduleProblem('schedule', 'says nothing: expected one of cron, interval and rrule')
  if (kinds.length > 1) throw new ScheduleProblem('schedule', `has ${kinds.join(' and ')}: expected one of them`)
  const kind = kinds[0] as (typeof KINDS)[number]
  if (input.dayOr != null && kind !== 'cron') throw new ScheduleProblem('dayOr', `belongs to cron, and this is ${named(kind)}`)
  if (input.anchor != null && kind === 'cron') throw new ScheduleProblem('anchor', 'belongs to interval and rrule, and this is a cron')
  const { start = null, end = null } = input
  if (start !== null && end !== null && start >= end)
    throw new ScheduleProblem('end', `${start === end ? 'is the same instant as start' : 'is before start'}: expected a later one`)
  const set = kind === 'rrule' ? readRecurrence(input.rrule as string) : null
  const common: Common = {
    zone: findZoneOf(input.timezone ?? null, set),
    onGap: input.onGap ?? 'shift',
    onOverlap: input.onOverlap ?? 'first',
    start,
    end,
  }
  const anchor = input.anchor == null ? null : readAnchor(input.anchor)
  // The first whole second of its life: what has no anchor begins at once.
  const created = Math.ceil(createdAt / 1_000)
  if (set) return { ...common, kind: 'rrule', set, ...beginningOf(set, anchor, common.zone, created) }
  if (kind === 'cron') return { ...common, kind, cron: readCron(input.cron as string, input.dayOr ?? true) }
  const seconds = readInterval(input.interval as number)
  const wall = anchor ?? created + common.zone.offsetAt(created)
  return {
    ...common,
    kind: 'interval',
    seconds,
    anchor: keepsWallTime(seconds) ? wall : anchor === null ? created : instantOfAnchor(common.zone, wall),
  }
}

const named = (kind: (typeof KINDS)[number]): string => (kind === 'cron' ? 'a cron' : `an ${kind}`)

/** The zone asked for; an RRULE may also name it in TZID. */
function findZoneOf(timezone: string | null, set: Recurrence | null): Zone {
  const written = set?.zone == null ? null : findZone(set.zone, 'rrule')
  if (timezone === null) return written ?? findZone('UTC')
  const zone = findZone(timezone)
  if (written && written.name.toLowerCase() !== zone.name.toLowerCase())
    throw new ScheduleProblem(
      'timezone',
      `is ${quoted(timezone)}, but the rrule has TZID=${written.name}: expected the same zone, or only one of them`,
    )
  return zone
}

const ANCHOR = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(\.0+)?)?)?$/i

/** `2026-01-01T09:00:00`, without seconds, or only the date for its midnight. */
function readAnchor(text: string): Wall {
  const expected = 'expected a wall time without zone, such as "2026-01-01T09:00:00"'
  const found = ANCHOR.exec(text.trim())
  if (!found) {
    if (/(Z|[+-]\d\d:?\d\d)$/i.test(text.trim()) && text.includes(':'))
      throw new ScheduleProblem('anchor', `${quoted(text)} has a zone: ${expected} (the zone is the schedule's)`)
    if (/:\d\d\.\d+$/.test(text.trim())) throw new ScheduleProblem('anchor', `${quoted(text)} is finer than a second: ${expected}`)
    throw new ScheduleProblem('anchor', `${quoted(text)} is not understood: ${expected}`)
  }
  const [year, month, date, hour, minute, second] = found.slice(1, 7).map((digits) => Number(digits ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const wall = wallOf(year, month, date, hour, minute, second)
  if (wall === null) throw new ScheduleProblem('anchor', `${quoted(text)} does not exist in the calendar: ${expected}`)
  return wall
}

/** Where a rule begins: at its DTSTART, at the anchor, or when it was created. DTSTART in UTC and creation are instants already. */
function beginningOf({ dtstart }: Recurrence, anchor: Wall | null, zone: Zone, created: number): { dtstart: Wall; begin: number } {
  const written = dtstart && wallIn(zone, dtstart)
  if (written !== null && anchor !== null && written !== anchor)
    throw new ScheduleProblem('anchor', 'is another time than the DTSTART of the rrule: expected one of them')
  const wall = written ?? anchor
  if (wall === null) return { dtstart: created + zone.offsetAt(created), begin: created }
  return { dtstart: wall, begin: dtstart ? instantIn(zone, dtstart) : instantOfAnchor(zone, wall) }
}
