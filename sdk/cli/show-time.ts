/** Instants as people at a terminal read them, in their zone. */
import { formatDuration } from '../../core/duration.ts'

const two = (value: number) => String(value).padStart(2, '0')

/** `2026-11-21 12:03:04`. Empty for null. */
export function showInstant(iso: string | null | undefined): string {
  if (!iso) return ''
  const date = new Date(iso)
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
}

/** `12:03:04.123`. */
export function showClock(iso: string | number): string {
  const date = new Date(iso)
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, '0')}`
}

/** `3 m 2 s ago`, `in 5 s`. Empty for null. */
export function showAgo(iso: string | null | undefined, now = Date.now()): string {
  if (!iso) return ''
  const distance = now - Date.parse(iso)
  return distance >= 0 ? `${formatDuration(distance)} ago` : `in ${formatDuration(-distance)}`
}

/** Seconds as the API gives them. */
export const showSeconds = (seconds: number): string => formatDuration(seconds * 1000)
