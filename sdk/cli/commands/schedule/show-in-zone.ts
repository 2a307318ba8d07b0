/** Instants of schedules, as their own clocks show them. */
import type { Instant } from '../../../../core/instant.ts'
import { DAY, formatWall, weekdayOf } from '../../../../core/schedules/calendar.ts'
import type { Zone } from '../../../../core/schedules/zone.ts'

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

/** `Mon 2026-11-23 09:00:00 +01:00`: the offset tells the two passes of an overlap apart. */
export function showInZone(zone: Zone, instant: Instant): string {
  const offset = zone.offsetAt(instant / 1_000)
  const wall = instant / 1_000 + offset
  return `${WEEKDAYS[weekdayOf(Math.floor(wall / DAY))]} ${formatWall(wall).replace('T', ' ')} ${showOffset(offset)}`
}

function showOffset(offset: number): string {
  const size = Math.abs(offset)
  const parts = [Math.floor(size / 3_600), Math.floor(size / 60) % 60, ...(size % 60 === 0 ? [] : [size % 60])]
  return `${offset < 0 ? '-' : '+'}${parts.map((part) => String(part).padStart(2, '0')).join(':')}`
}
