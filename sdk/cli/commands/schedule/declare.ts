import type { Command } from 'commander'
import { MOST_INSTANTS } from '../../../../core/schedules/next-instants.ts'
import { leaf, wholeNumber } from '../../command.ts'
import { withScheduleOptions } from './schedule-options.ts'

/** Declares `weir schedule …`. */
export function declare(noun: Command): void {
  leaf(
    withScheduleOptions(noun.command('preview').description('Show when a schedule fires next. Worked out here: no control plane is asked.'))
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
