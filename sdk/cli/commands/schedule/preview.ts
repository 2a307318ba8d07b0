import { formatInstant, type Instant } from '../../../../core/instant.ts'
import { describeSchedule } from '../../../../core/schedules/describe-schedule.ts'
import { previewSchedule } from '../../../../core/schedules/preview-schedule.ts'
import { wrongUse } from '../../failure.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, wantsJson } from '../../session.ts'
import { showAgo } from '../../show-time.ts'
import { printTable } from '../../table.ts'
import { print, printJson, say } from '../../terminal.ts'
import { nameScheduleOption, readInstant, readScheduleOptions } from './read-schedule-options.ts'
import type { ScheduleOptions } from './schedule-options.ts'
import { showInZone } from './show-in-zone.ts'

interface Options extends CommonOptions, ScheduleOptions {
  from?: string
  count: number
}

/** `weir schedule preview`. */
export async function execute(_: string[], options: Options): Promise<void> {
  const json = wantsJson(options)
  const from = options.from === undefined ? Date.now() : readInstant('--from', options.from)
  const { schedule, instants, error } = previewSchedule(readScheduleOptions(options), { from, count: options.count })
  if (!schedule) throw wrongUse('BAD_SCHEDULE', nameScheduleOption(error as string), 'Examples: weir schedule preview --help')
  const words = safeLine(describeSchedule(schedule))
  if (json) return printJson({ description: words, timezone: schedule.zone.name, instants: instants.map(formatInstant) })
  print(words)
  if (instants.length === 0) return say(`It does not fire from ${showUtc(Math.ceil(from / 1_000) * 1_000)} on, or not within 40 years.`)
  print('')
  printTable<Instant>(
    [
      { title: `IN ${safeLine(schedule.zone.name)}`, value: (instant) => showInZone(schedule.zone, instant) },
      ...(schedule.zone.name === 'UTC' ? [] : [{ title: 'UTC', value: showUtc }]),
      { title: 'WHEN', value: (instant) => showAgo(formatInstant(instant)) },
    ],
    instants,
  )
}

/** `2026-11-23T08:00:00Z`. */
const showUtc = (instant: Instant): string => formatInstant(instant).replace(/\.0+Z$/, 'Z')
