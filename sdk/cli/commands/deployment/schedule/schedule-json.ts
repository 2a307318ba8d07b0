import type { ScheduleInput } from '../../../../../core/schedules/schedule.ts'
import { formatInstant } from '../../../../../core/instant.ts'
import type { ScheduleForApi, ScheduleRow } from './documents.ts'

/** The shape of a schedule in `-o json`; stable. Instants are ISO 8601 in UTC, `maxLateness` and `interval` seconds. */
export const scheduleJson = ({ uuid, words, deployment, catchUp, overlap, onGap, onOverlap, ...rest }: ScheduleRow) => ({
  id: uuid,
  slug: rest.slug,
  deployment: deployment.fullName,
  description: words,
  cron: rest.cron,
  dayOr: rest.dayOr,
  interval: rest.interval,
  anchor: rest.anchor,
  rrule: rest.rrule,
  timezone: rest.timezone,
  onGap: choice(onGap),
  onOverlap: choice(onOverlap),
  start: rest.start,
  end: rest.end,
  parameters: rest.parameters,
  isPaused: rest.isPaused,
  catchUp: choice(catchUp),
  maxLateness: rest.maxLateness,
  overlap: choice(overlap),
  nextInstants: rest.nextInstants,
  createdAt: rest.createdAt,
  updatedAt: rest.updatedAt,
})

/** `QUEUE_ONE` as it is written on a command line. */
const choice = (value: string): string => value.toLowerCase().replaceAll('_', '-')

/** The API's way of writing a choice. */
export const choiceForApi = (value: string): string => value.toUpperCase().replaceAll('-', '_')

/** A schedule as the API takes it. */
export const scheduleForApi = ({ onGap, onOverlap, start, end, ...schedule }: ScheduleInput): ScheduleForApi => ({
  ...schedule,
  onGap: onGap ? choiceForApi(onGap) : null,
  onOverlap: onOverlap ? choiceForApi(onOverlap) : null,
  start: start == null ? null : formatInstant(start),
  end: end == null ? null : formatInstant(end),
})
