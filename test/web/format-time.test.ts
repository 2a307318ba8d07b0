import { expect, test } from 'vitest'
import { formatClock, formatCount, formatExact, formatRelative, formatUtc } from '../../web/src/lib/clock/format-time.ts'

const NOW = Date.parse('2026-11-21T12:00:00.000Z')
const [second, minute, hour, day] = [1_000, 60_000, 3_600_000, 86_400_000]
const ago = (length: number) => formatRelative(NOW - length, NOW)

test('instants are told by their distance', () => {
  expect([ago(500), ago(12 * second), ago(4 * minute), ago(3 * hour + 5 * minute), ago(9 * hour)]).toEqual([
    'just now',
    '12 s ago',
    '4 m ago',
    '3 h 5 m ago',
    '9 h ago',
  ])
})

test('what is to come is told as such', () => {
  expect([ago(-500), ago(-12 * second), ago(-2 * hour)]).toEqual(['now', 'in 12 s', 'in 2 h 0 m'])
})

test('further away it is a day, and a year only where it is another one', () => {
  expect(ago(3 * day)).toMatch(/\d\d:\d\d/)
  // Six days away the weekday could be that of the day before or after.
  expect(ago(-6.9 * day)).not.toMatch(/\d\d:\d\d/)
  expect(ago(20 * day)).not.toMatch(/\d{4}/)
  expect(ago(400 * day)).toMatch(/2025/)
})

test('the exact instant has milliseconds and a zone, and UTC beside it', () => {
  expect(formatExact(NOW + 7)).toMatch(/^2026-11-2\d \d\d:\d\d:00\.007 \S+$/)
  expect(formatClock(NOW + 42)).toMatch(/^\d\d:\d\d:00\.042$/)
  expect(formatUtc(NOW)).toBe('2026-11-21 12:00:00.000 UTC')
})

test('counts say where counting stopped', () => {
  expect([formatCount(12_408), formatCount(10_000, false)]).toEqual(['12,408', '10,000+'])
})
