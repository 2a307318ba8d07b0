import { formatInstant, type Instant } from '../../../../core/instant.ts'
import { DAY, formatWall, weekdayOf } from '../../../../core/schedules/calendar.ts'
import { describeSchedule } from '../../../../core/schedules/describe-schedule.ts'
import { previewSchedule } from '../../../../core/schedules/preview-schedule.ts'
import type { Zone } from '../../../../core/schedules/zone.ts'
import { wrongUse } from '../../failure.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, wantsJson } from '../../session.ts'
import { showAgo } from '../../show-time.ts'
import { printTable } from '../../table.ts'
import { print, printJson, say } from '../../terminal.ts'
import { nameScheduleOption, readInstant, readScheduleOptions } from './read-schedule-options.ts'
import type { ScheduleOptions } from './schedule-options.ts'

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
      { title: `IN ${safeLine(schedule.zone.name)}`, value: (instant) => showLocal(schedule.zone, instant) },
      ...(schedule.zone.name === 'UTC' ? [] : [{ title: 'UTC', value: showUtc }]),
      { title: 'WHEN', value: (instant) => showAgo(formatInstant(instant)) },
    ],
    instants,
  )
}

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

/** `Mon 2026-11-23 09:00:00 +01:00`: the offset tells the two passes of an overlap apart. */
function showLocal(zone: Zone, instant: Instant): string {
  const offset = zone.offsetAt(instant / 1_000)
  const wall = instant / 1_000 + offset
  return `${WEEKDAYS[weekdayOf(Math.floor(wall / DAY))]} ${formatWall(wall).replace('T', ' ')} ${showOffset(offset)}`
}

function showOffset(offset: number): string {
  const size = Math.abs(offset)
  const parts = [Math.floor(size / 3_600), Math.floor(size / 60) % 60, ...(size % 60 === 0 ? [] : [size % 60])]
  return `${offset < 0 ? '-' : '+'}${parts.map((part) => String(part).padStart(2, '0')).join(':')}`
}

/** `2026-11-23T08:00:00Z`. */
const showUtc = (instant: Instant): string => formatInstant(instant).replace(/\.0+Z$/, 'Z')
