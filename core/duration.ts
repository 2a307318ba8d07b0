/** Durations as authors write them. */

type Seconds = `${number}ms` | `${number}s` | `${number}s${number}ms`
type Minutes = Seconds | `${number}m` | `${number}m${Seconds}`
type Hours = Minutes | `${number}h` | `${number}h${Minutes}`

/**
 * Milliseconds as a number, or text such as `500ms`, `1.5s`, `2m`, `1h30m`, `1d`: numbers with `d`, `h`, `m`, `s` and `ms`, the longest first. A text that comes from
 * elsewhere, and is judged when it is used, is given as `text as Duration`.
 */
export type Duration = number | Hours | `${number}d` | `${number}d${Hours}`

const UNIT: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Milliseconds; throws a RangeError that shows the text and what was expected. */
export function toMilliseconds(duration: number | string): number {
  if (typeof duration === 'number') {
    if (Number.isFinite(duration) && duration >= 0) return duration
    throw new RangeError(`"${duration}" is no duration: expected a finite number of milliseconds, 0 or more`)
  }
  const text = duration.trim()
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(text))
    throw new RangeError(`"${duration}" is no duration: expected for example "500ms", "30s", "10m", "1h30m" or milliseconds as a number`)
  let total = 0
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) total += Number(amount) * (UNIT[unit as string] as number)
  return total
}

/** For people: `8 ms`, `1.9 s`, `1 m 12 s`, `2 h 5 m`, `3 d 4 h`. */
export function formatDuration(milliseconds: number): string {
  const value = Math.max(0, milliseconds)
  if (value < 1) return value === 0 ? '0 ms' : '<1 ms'
  if (value < 1_000) return `${Math.round(value)} ms`
  if (value < 10_000) return `${(value / 1_000).toFixed(1)} s`
  const seconds = Math.round(value / 1_000)
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} m ${seconds % 60} s`
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h ${Math.floor((seconds % 3_600) / 60)} m`
  return `${Math.floor(seconds / 86_400)} d ${Math.floor((seconds % 86_400) / 3_600)} h`
}
