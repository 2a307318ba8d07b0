/** Instants as a clock on a wall somewhere shows them. */

const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(zone: string, withSeconds: boolean): Intl.DateTimeFormat {
  const key = `${zone} ${withSeconds}`
  const known = formats.get(key)
  if (known) return known
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    ...(withSeconds ? { second: '2-digit' } : {}),
    hourCycle: 'h23',
    timeZoneName: 'shortOffset',
  })
  formats.set(key, format)
  return format
}

/** The wall of one zone at an instant. */
export interface Wall {
  /** `Mon 23 Nov 2026`. */
  day: string
  /** `09:00`, with seconds only where they say something. */
  clock: string
  /** `UTC+1`. */
  offset: string
}

/** What the wall of an IANA zone shows; `instant` in milliseconds since 1970. Throws RangeError for a zone that does not exist. */
export function wallAt(instant: number, zone: string): Wall {
  const parts = Object.fromEntries(
    formatOf(zone, instant % 60_000 !== 0)
      .formatToParts(instant)
      .map(({ type, value }) => [type, value]),
  )
  return {
    day: `${parts['weekday']} ${parts['day']} ${parts['month']} ${parts['year']}`,
    clock: [parts['hour'], parts['minute'], parts['second']].filter((part) => part !== undefined).join(':'),
    offset: (parts['timeZoneName'] ?? '').replace(/^GMT(\+0$)?/, 'UTC'),
  }
}

/** The zone of who looks. */
export const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone
