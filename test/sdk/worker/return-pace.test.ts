import { expect, test } from 'vitest'
import { ReturnPace } from '../../../sdk/worker/return-pace.ts'

const paceOf = (...instants: number[]): ReturnPace => {
  const pace = new ReturnPace()
  for (const instant of instants) pace.returned(instant)
  return pace
}

test('nobody waits for runners that have never come back', () => {
  expect(new ReturnPace().timeFor(1, 0)).toBe(Number.POSITIVE_INFINITY)
})

test('runners that come back every ten milliseconds serve thirty waiting runs in about 300', () => {
  const pace = paceOf(...Array.from({ length: 60 }, (_, index) => index * 10))
  expect(pace.timeFor(30, 590)).toBeGreaterThan(290)
  expect(pace.timeFor(30, 590)).toBeLessThan(310)
})

test('a pace is believed only while it lasts: with every moment that nobody comes the wait grows', () => {
  const pace = paceOf(...Array.from({ length: 60 }, (_, index) => index * 10))
  expect(pace.timeFor(2, 590 + 400)).toBe(800)
})

test('one quiet hour does not outweigh the returns after it', () => {
  const hour = 3_600_000
  const pace = paceOf(0, ...Array.from({ length: 30 }, (_, index) => hour + index * 10))
  expect(pace.timeFor(10, hour + 290)).toBeLessThan(110)
})
