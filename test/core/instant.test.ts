import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatInstant, parseInstant } from '../../core/instant.ts'

test('an instant reads ISO 8601 in UTC with microseconds', () => {
  expect(formatInstant(Date.UTC(2026, 10, 21, 6, 0, 0, 123) + 0.456)).toBe('2026-11-21T06:00:00.123456Z')
  expect(formatInstant(-0.001)).toBe('1969-12-31T23:59:59.999999Z')
})

test.each([
  ['2026-11-21T06:00:00Z', 0],
  ['2026-11-21T06:00Z', 0],
  ['2026-11-21T08:00:00+02:00', 0],
  ['2026-11-21 08:00:00.5+02', 500],
  ['2026-11-21T06:00:00.123456789Z', 123.456],
  ['2026-11-21T01:30:00-0430', 0],
])('%s is read', (text, after) => expect(parseInstant(text)).toBeCloseTo(Date.UTC(2026, 10, 21, 6) + after, 3))

test.each(['', 'now', '2026-11-21', '2026-11-21T06:00:00', '2026-13-01T00:00:00Z', '21.11.2026 06:00Z', '1732168800000', '2026-11-21T06:00:00Zed'])(
  '%j is no instant: a wall time or nonsense',
  (text) => expect(parseInstant(text)).toBeNull(),
)

test.each(['2026-02-29T00:00:00Z', '2026-02-30 12:00:00+00', '2026-04-31T23:59:59-11:00'])('%s is no instant: no calendar has that day', (text) =>
  expect(parseInstant(text)).toBeNull(),
)

test('the years are 1 to 9999 in UTC, which every database can keep and every text can say', () => {
  expect(parseInstant('0001-01-01T00:00:00Z')).toBe(-62_135_596_800_000)
  expect(parseInstant('9999-12-31T23:59:59.999Z')).toBe(253_402_300_799_999)
  expect(parseInstant('2028-02-29T00:00:00Z')).toBe(Date.UTC(2028, 1, 29))
  // Finer than numbers are so far away, so it would become the year 10000.
  expect(parseInstant('9999-12-31T23:59:59.999999Z')).toBe(253_402_300_799_999)
  for (const text of ['0000-01-01T00:00:00Z', '0001-01-01T00:00:00+14:00', '9999-12-31T23:59:59-10:00']) expect(parseInstant(text)).toBeNull()
})

test('every instant survives its own text to the microsecond', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_000_000_000_000 }), fc.integer({ min: 0, max: 999 }), (milliseconds, micros) => {
      const text = formatInstant(milliseconds + micros / 1_000)
      expect(Math.abs((parseInstant(text) ?? 0) - (milliseconds + micros / 1_000))).toBeLessThanOrEqual(0.001)
      expect(formatInstant(parseInstant(text) ?? 0)).toBe(text)
    }),
  )
})
