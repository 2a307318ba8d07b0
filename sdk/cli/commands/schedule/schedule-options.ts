/** The options in which a schedule is written, wherever a command takes one. */
import type { Command } from 'commander'

export interface ScheduleOptions {
  cron?: string
  dayAnd?: boolean
  interval?: string
  anchor?: string
  rrule?: string
  timezone?: string
  onGap: string
  onOverlap: string
  start?: string
  end?: string
}

/** Adds them to a command; `readScheduleOptions` reads them. */
export const withScheduleOptions = (command: Command): Command =>
  command
    .option('--cron <expression>', 'five fields, six with seconds first, or @daily and the like')
    .option('--day-and', 'both day fields of the cron have to match, not one of them')
    .option('--interval <duration>', 'seconds, or for example 15m, 6h, 1d')
    .option('--anchor <wall time>', 'the interval keeps step with it, the rrule begins there: 2026-01-01T09:00')
    .option('--rrule <text>', 'a rule of RFC 5545, or lines of DTSTART, RRULE, EXRULE, RDATE and EXDATE (\\n between them)')
    .option('--timezone <name>', 'IANA name (default: UTC, or the TZID of the rrule)')
    .option('--on-gap <choice>', 'a time that clocks skip: shift (to the end of the gap) or skip', 'shift')
    .option('--on-overlap <choice>', 'a time that clocks show twice: first or both', 'first')
    .option('--start <instant>', 'nothing before: 2026-01-01T00:00:00Z')
    .option('--end <instant>', 'nothing from here on')
