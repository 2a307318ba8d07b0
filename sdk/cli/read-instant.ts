import { wrongUse } from './failure.ts'

const UNITS = { s: 1e3, m: 6e4, h: 36e5, d: 864e5 } as const

/** An instant with a zone, or a distance from now such as `+30s`, as ISO 8601 in UTC. Throws Failure. */
export function readInstant(text: string): string {
  const distance = /^\+(\d{1,9})(s|m|h|d)$/.exec(text)
  const instant = distance
    ? Date.now() + Number(distance[1]) * UNITS[distance[2] as keyof typeof UNITS]
    : /T.*(Z|[+-]\d\d:?\d\d)$/i.test(text)
      ? Date.parse(text)
      : Number.NaN
  if (!Number.isNaN(new Date(instant).getTime())) return new Date(instant).toISOString()
  throw wrongUse(
    'BAD_INSTANT',
    `"${text}" is no instant.`,
    'Expected ISO 8601 with a zone, for example 2026-01-01T06:00:00Z, or a distance such as +10m.',
  )
}
