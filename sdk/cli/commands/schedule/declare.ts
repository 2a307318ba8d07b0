import type { Command } from 'commander'
import { MOST_INSTANTS } from '../../../../core/schedules/next-instants.ts'
import { leaf, wholeNumber } from '../../command.ts'

/** Declares `weir schedule …`. */
export function declare(noun: Command): void {
  leaf(
    noun
      .command('preview')
      .description('Show when a schedule fires next. Worked out here: no control plane is asked.')
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
      .option('--from <instant>', 'the first may be this one (default: now)')
      .option('--count <number>', 'how many', wholeNumber(1, MOST_INSTANTS), 10),
    [
      ["weir schedule preview --cron '0 9 * * 1-5' --timezone Europe/Berlin --count 5", 'weekdays at nine'],
      ["weir schedule preview --cron '30 2 * * *' --timezone Europe/Berlin --on-gap skip --from 2026-03-28T00:00:00Z", 'when clocks are set forward'],
      ['weir schedule preview --interval 6h --anchor 2026-01-01T03:00 -o json', 'for programs'],
      ["weir schedule preview --rrule 'DTSTART:20260101T090000\\nRRULE:FREQ=MONTHLY;BYDAY=-1FR'", 'every last Friday'],
    ],
    () => import('./preview.ts'),
  )
}
