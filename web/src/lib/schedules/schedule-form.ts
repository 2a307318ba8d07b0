/** What somebody fills in for a schedule, and the API's and core's inputs made of it. */
import { previewSchedule } from '../../../../core/schedules/preview-schedule.ts'
import { describeSchedule } from '../../../../core/schedules/describe-schedule.ts'
import type { ScheduleCardFragment, ScheduleInput } from '#lib/graphql/generated/graphql.ts'

/** The three ways to say when. */
export type ScheduleKind = 'cron' | 'interval' | 'rrule'

/** Units of an interval in seconds, the largest first. */
export const UNITS = [
  { value: 'week', seconds: 604_800 },
  { value: 'day', seconds: 86_400 },
  { value: 'hour', seconds: 3_600 },
  { value: 'minute', seconds: 60 },
  { value: 'second', seconds: 1 },
] as const

/** The fields, as typed. */
export interface ScheduleFields {
  kind: ScheduleKind
  cron: string
  every: string
  unit: (typeof UNITS)[number]['value']
  rrule: string
  timezone: string
  anchor: string
  onGap: 'SHIFT' | 'SKIP'
  onOverlap: 'FIRST' | 'BOTH'
}

/** What a form starts with: the schedule that is changed, or every day at nine. */
export function fieldsOf(schedule: ScheduleCardFragment | null, zone: string): ScheduleFields {
  const seconds = schedule?.interval ?? 3_600
  const unit = UNITS.find((one) => seconds % one.seconds === 0) ?? UNITS[4]
  return {
    kind: schedule?.interval != null ? 'interval' : schedule?.rrule != null ? 'rrule' : 'cron',
    cron: schedule?.cron ?? '0 9 * * *',
    every: String(seconds / unit.seconds),
    unit: unit.value,
    rrule: schedule?.rrule ?? 'FREQ=WEEKLY;BYDAY=MO,WE;BYHOUR=9;BYMINUTE=0;BYSECOND=0',
    timezone: schedule?.timezone ?? zone,
    anchor: schedule?.anchor ?? '',
    onGap: schedule?.onGap ?? 'SHIFT',
    onOverlap: schedule?.onOverlap ?? 'FIRST',
  }
}

/** What the API is given. Start, end and the like of the schedule that is changed stay. */
export function inputOf(fields: ScheduleFields, before: ScheduleCardFragment | null): ScheduleInput {
  const { kind, anchor } = fields
  return {
    ...(kind === 'cron' ? { cron: fields.cron, ...(before?.cron != null && before.dayOr !== null ? { dayOr: before.dayOr } : {}) } : {}),
    ...(kind === 'interval' ? { interval: Number(fields.every) * (UNITS.find(({ value }) => value === fields.unit)?.seconds ?? 1) } : {}),
    ...(kind === 'rrule' ? { rrule: fields.rrule } : {}),
    ...(kind !== 'cron' && anchor ? { anchor } : {}),
    ...(fields.timezone ? { timezone: fields.timezone } : {}),
    onGap: fields.onGap,
    onOverlap: fields.onOverlap,
    ...(before?.start ? { start: before.start } : {}),
    ...(before?.end ? { end: before.end } : {}),
  }
}

/** What it would do, at once: in words with the next instants, or what is wrong. `now` in milliseconds since 1970. */
export function previewOf(input: ScheduleInput, now: number): { words: string; instants: string[]; timezone: string } | { error: string } {
  const { start, end, onGap, onOverlap, ...rest } = input
  const { schedule, instants, error } = previewSchedule(
    {
      ...rest,
      onGap: onGap === 'SKIP' ? 'skip' : 'shift',
      onOverlap: onOverlap === 'BOTH' ? 'both' : 'first',
      start: start ? Date.parse(start) : null,
      end: end ? Date.parse(end) : null,
    },
    { from: now, count: 10 },
  )
  if (schedule === null || error !== null) return { error: error ?? 'It cannot be read.' }
  return { words: describeSchedule(schedule), instants: instants.map((instant) => new Date(instant).toISOString()), timezone: schedule.zone.name }
}
