import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatDuration, toMilliseconds } from '../../core/duration.ts'

test.each([
  ['500ms', 500],
  ['1.5s', 1_500],
  ['2m', 120_000],
  ['1h30m', 5_400_000],
  ['1d', 86_400_000],
  [' 30s ', 30_000],
  [250, 250],
  [0, 0],
])('%j is %d ms', (text, milliseconds) => expect(toMilliseconds(text)).toBe(milliseconds))

test.each(['', 's', '10', '10 s', '-1s', '1w', '1h 30m', 'NaN', '1e3ms', '1s;drop', -1, Number.NaN, Number.POSITIVE_INFINITY])(
  '%j is no duration, and the error shows it and what was expected',
  (text) =>
    expect(() => toMilliseconds(text)).toThrow(new RegExp(`"${String(text).replace(/[.*+?^$()[\]{}|\\]/g, '\\$&')}" is no duration: expected`)),
)

test.each([
  [0, '0 ms'],
  [0.4, '<1 ms'],
  [8, '8 ms'],
  [1_940, '1.9 s'],
  [59_400, '59 s'],
  [72_000, '1 m 12 s'],
  [7_500_000, '2 h 5 m'],
  [273_600_000, '3 d 4 h'],
  [-5, '0 ms'],
])('%d ms reads %s', (milliseconds, text) => expect(formatDuration(milliseconds)).toBe(text))

test('whole durations written with their unit come back as they are', () => {
  const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }
  fc.assert(
    fc.property(fc.nat(10_000), fc.constantFrom(...(Object.keys(units) as (keyof typeof units)[])), (amount, unit) => {
      expect(toMilliseconds(`${amount}${unit}`)).toBe(amount * units[unit])
    }),
  )
})
