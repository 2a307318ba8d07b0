/** Times as people read them: relative, with the exact instant and zone beside it; durations as `1 m 12 s`. */
import { formatDuration } from '../../../../core/duration.ts'

export { formatDuration }

const MINUTE = 60_000
const HOUR = 3_600_000
const DAY = 86_400_000

/** `just now`, `12 s ago`, `in 4 m`, `3 h ago`, `Tue 14:02`, `12 Nov`. A weekday is told only of days that no other weekday of the week around shares. */
export function formatRelative(instant: number, now: number): string {
  const distance = now - instant
  const size = Math.abs(distance)
  const say = (text: string) => (distance >= 0 ? `${text} ago` : `in ${text}`)
  if (size < 2_000) return distance >= 0 ? 'just now' : 'now'
  if (size < MINUTE) return say(`${Math.round(size / 1000)} s`)
  if (size < HOUR) return say(`${Math.floor(size / MINUTE)} m`)
  if (size < 6 * HOUR) return say(`${Math.floor(size / HOUR)} h ${Math.floor((size % HOUR) / MINUTE)} m`)
  if (size < DAY) return say(`${Math.floor(size / HOUR)} h`)
  const date = new Date(instant)
  const sameYear = date.getFullYear() === new Date(now).getFullYear()
  if (size < 6 * DAY) return date.toLocaleDateString(undefined, { weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  return date.toLocaleDateString(undefined, { day: 'numeric', month: 'short', ...(sameYear ? {} : { year: 'numeric' }) })
}

/** `2026-11-21 06:00:07.311 Europe/Berlin (UTC+1)`. */
export function formatExact(instant: number): string {
  const date = new Date(instant)
  const two = (value: number, length = 2) => String(value).padStart(length, '0')
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return `${day} ${formatClock(instant)} ${Intl.DateTimeFormat().resolvedOptions().timeZone}`
}

/** `06:00:07.311` in the viewer's zone. */
export function formatClock(instant: number): string {
  const date = new Date(instant)
  const two = (value: number, length = 2) => String(value).padStart(length, '0')
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${two(date.getMilliseconds(), 3)}`
}

/** UTC beside the local one, for tooltips. */
export const formatUtc = (instant: number): string => new Date(instant).toISOString().replace('T', ' ').replace('Z', ' UTC')

/** `12,408`, or `10,000+` when counting stopped. */
export const formatCount = (count: number, isExact = true): string => `${count.toLocaleString('en')}${isExact ? '' : '+'}`
