import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CLOCK_TOLERANCE, clockShiftAfter, shiftState, shiftStates, shiftTime, timeAfter } from '../../core/state-clock.ts'
import { makeState } from '../../core/states.ts'

const NOON = Date.UTC(2026, 0, 1, 12)

test('the latency of a message is no clock skew', () => {
  expect(clockShiftAfter(null, NOON + 180, NOON)).toBe(0)
  expect(clockShiftAfter(0, NOON + 3, NOON)).toBe(0)
  expect(clockShiftAfter(null, NOON, NOON + 40)).toBe(0)
})

test('a clock that is minutes off is shifted by the difference, in either direction', () => {
  expect(clockShiftAfter(null, NOON + 300_000, NOON)).toBe(300_000)
  expect(clockShiftAfter(null, NOON, NOON + 300_000)).toBe(-300_000)
})

test('a slow first message is forgotten when a fast one shows that the clocks agree', () => {
  expect(clockShiftAfter(9_000, NOON + 20, NOON)).toBe(0)
  expect(clockShiftAfter(309_000, NOON + 300_020, NOON)).toBe(300_020)
})

test('a later slow message changes nothing', () => {
  expect(clockShiftAfter(0, NOON + 60_000, NOON)).toBe(0)
  expect(clockShiftAfter(300_000, NOON + 301_000, NOON)).toBe(300_000)
})

const latency = fc.integer({ min: 0, max: CLOCK_TOLERANCE - 1 })

test('whatever the skew, recorded times rise as the holder wrote them, are never after their arrival and never far from the truth', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -600_000, max: 600_000 }),
      fc.array(fc.record({ pause: fc.integer({ min: 0, max: 5_000 }), latency }), { minLength: 1, maxLength: 20 }),
      (skew, messages) => {
        let shift: number | null = null
        let now = NOON
        let last = 0
        for (const message of messages) {
          const written = now + message.pause
          now = written + message.latency
          shift = clockShiftAfter(shift, now, written - skew)
          const recorded = shiftTime(written - skew, shift, now)
          expect(recorded).toBeGreaterThanOrEqual(last)
          expect(recorded).toBeLessThanOrEqual(now)
          expect(Math.abs(recorded - written)).toBeLessThan(2 * CLOCK_TOLERANCE)
          last = recorded
        }
      },
    ),
  )
})

test('states rise strictly, also where a clock says otherwise', () => {
  const states = ['PENDING', 'RUNNING', 'COMPLETED'] as const
  const given = states.map((type, index) => makeState({ id: `${index}`, type, timestamp: NOON - index }))
  const recorded = shiftStates(given, 0, NOON + 1_000)
  expect(recorded.map(({ timestamp }) => timestamp)).toEqual([NOON, NOON + 0.001, NOON + 0.002])
  expect(timeAfter(NOON, NOON - 50)).toBe(NOON + 0.001)
})

test('times within a state are shifted with it', () => {
  const state = makeState({ id: 's', type: 'SCHEDULED', timestamp: NOON, details: { scheduledTime: NOON + 60_000 } })
  const recorded = shiftState(state, -300_000, NOON, null)
  expect([recorded.timestamp, recorded.details.scheduledTime]).toEqual([NOON - 300_000, NOON - 240_000])
})
