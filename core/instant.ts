/** Milliseconds since 1970-01-01T00:00:00Z; the fraction carries microseconds, as Postgres keeps them. */
export type Instant = number

/** ISO 8601 in UTC with microseconds: `2026-11-21T06:00:00.123456Z`. */
export function formatInstant(instant: Instant): string {
  const micros = Math.round(instant * 1000)
  const iso = new Date(Math.floor(micros / 1000)).toISOString()
  const fraction = ((micros % 1000) + 1000) % 1000
  return `${iso.slice(0, -1)}${String(fraction).padStart(3, '0')}Z`
}

/** 0001-01-01T00:00:00Z and the last millisecond of 9999: what ISO 8601 and Postgres write with four digits. */
const [EARLIEST, LATEST]: [Instant, Instant] = [-62_135_596_800_000, 253_402_300_799_999]

const INSTANT = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,9}))?\s?(Z|[+-]\d\d(?::?\d\d)?)$/

/**
 * Reads ISO 8601 and Postgres's own text form, in the years 1 to 9999 of UTC. Null when the text is no instant; a zone is required, because a wall time is
 * not an instant.
 */
export function parseInstant(text: string): Instant | null {
  const match = INSTANT.exec(text.trim())
  if (!match) return null
  const [, day, time, fraction = '', zone = 'Z'] = match
  const offset = zone === 'Z' ? 'Z' : zone.length === 3 ? `${zone}:00` : zone.includes(':') ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`
  const whole = Date.parse(`${day}T${time?.length === 5 ? `${time}:00` : time}${offset}`)
  if (Number.isNaN(whole) || whole < EARLIEST || whole > LATEST || !isInCalendar(day as string)) return null
  return Math.min(whole + Number(fraction.padEnd(6, '0').slice(0, 6)) / 1000, LATEST)
}

/** Date reads 30 February as 2 March. */
const isInCalendar = (day: string): boolean => day.slice(8) <= '28' || new Date(`${day}T00:00:00Z`).toISOString().startsWith(day)
