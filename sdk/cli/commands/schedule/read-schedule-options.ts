/** Reads the options in which a schedule is written. */
import { toMilliseconds } from '../../../../core/duration.ts'
import { type Instant, parseInstant } from '../../../../core/instant.ts'
import type { ScheduleInput } from '../../../../core/schedules/schedule.ts'
import { wrongUse } from '../../failure.ts'
import { safeLine } from '../../safe-text.ts'
import type { ScheduleOptions } from './schedule-options.ts'

/** What core reads. Throws Failure for what is no option of ours; the rest is core's to judge. */
export function readScheduleOptions(options: ScheduleOptions): ScheduleInput {
  return {
    cron: options.cron,
    dayOr: options.dayAnd ? false : null,
    interval: options.interval === undefined ? null : readSeconds(options.interval),
    anchor: options.anchor,
    rrule: options.rrule?.replaceAll('\\n', '\n'),
    timezone: options.timezone,
    onGap: choiceOf('--on-gap', options.onGap, ['shift', 'skip']),
    onOverlap: choiceOf('--on-overlap', options.onOverlap, ['first', 'both']),
    start: options.start === undefined ? null : readInstant('--start', options.start),
    end: options.end === undefined ? null : readInstant('--end', options.end),
  }
}

/** Seconds as a number, or a duration with its units. */
export function readSeconds(text: string, option = '--interval', what = 'interval'): number {
  if (/^-?\d+(\.\d+)?$/.test(text.trim())) return Number(text)
  try {
    return toMilliseconds(text) / 1_000
  } catch {
    throw wrongUse('BAD_SCHEDULE', `${option}: "${safeLine(text)}" is no ${what}: expected seconds, or for example "15m", "6h" or "1d"`)
  }
}

/** An instant with its zone. Throws Failure that names the option. */
export function readInstant(option: string, text: string): Instant {
  const instant = parseInstant(text)
  if (instant === null)
    throw wrongUse('BAD_INSTANT', `${option}: "${safeLine(text)}" is no instant: expected a time with its zone, such as 2026-03-29T00:00:00Z`)
  return instant
}

/** One of these, in any case. Throws Failure that names the option. */
export function choiceOf<const Choice extends string>(option: string, text: string, choices: readonly Choice[]): Choice {
  const choice = choices.find((one) => one === text.toLowerCase())
  if (choice === undefined) throw wrongUse('BAD_SCHEDULE', `${option}: "${safeLine(text)}" is unknown: expected ${choices.join(' or ')}`)
  return choice
}

/** The part of the input that is wrong, as it is called here. */
export const nameScheduleOption = (error: string): string =>
  error.replace(/^\w+(?=: )/, (field) => (field === 'schedule' ? field : field === 'dayOr' ? '--day-and' : `--${field}`))
