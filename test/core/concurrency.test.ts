import fc from 'fast-check'
import { expect, test } from 'vitest'
import { askAgainAfter, describeBlocked, judgeSlots, type LimitFacts, spentAfter } from '../../core/concurrency.ts'

const anyLimit = fc.record({
  name: fc.constantFrom('a', 'b', 'c'),
  max: fc.nat(5),
  used: fc.nat(6),
  ahead: fc.nat(3),
  decay: fc.constantFrom(null, 0.1, 1, 50),
  holdMs: fc.nat(100_000),
})

test('slots are granted exactly when every limit has room for them and for all that asked before', () => {
  fc.assert(
    fc.property(fc.array(anyLimit, { maxLength: 3 }), fc.integer({ min: 1, max: 4 }), (limits, slots) => {
      const verdict = judgeSlots(limits, slots, 'slots')
      if (verdict.kind === 'refuse') return limits.some(({ max }) => slots > max)
      const hasRoom = limits.every(({ max, used, ahead }) => used + ahead + slots <= max)
      return hasRoom === (verdict.kind === 'grant')
    }),
  )
})

test('a rate is refused by a limit without a decay, and never by one that has one', () => {
  const limit = { name: 'a', max: 2, used: 0, ahead: 0, decay: null, holdMs: 0 }
  expect(judgeSlots([limit], 1, 'rate')).toEqual({ kind: 'refuse', problem: { code: 'no-decay', name: 'a', max: 2 } })
  expect(judgeSlots([{ ...limit, decay: 1 }], 1, 'rate')).toEqual({ kind: 'grant' })
})

test('over random uses a rate limit never gives more than its slots and what came back, in any stretch of time', () => {
  const uses = fc.array(fc.record({ pause: fc.nat(3_000), slots: fc.integer({ min: 1, max: 3 }) }), { minLength: 1, maxLength: 60 })
  fc.assert(
    fc.property(uses, fc.constantFrom(0.5, 1, 4), (wishes, decay) => {
      const max = 3
      let now = 0
      let spent = 0
      const given: { at: number; slots: number }[] = []
      for (const { pause, slots } of wishes) {
        now += pause
        spent = spentAfter(spent, decay, pause)
        const facts: LimitFacts = { name: 'a', max, used: spent, ahead: 0, decay, holdMs: 0 }
        if (judgeSlots([facts], slots, 'rate').kind !== 'grant') continue
        spent += slots
        given.push({ at: now, slots })
      }
      for (const from of given) {
        for (const to of given) {
          if (to.at < from.at) continue
          const between = given.filter(({ at }) => at >= from.at && at <= to.at).reduce((sum, one) => sum + one.slots, 0)
          expect(between).toBeLessThanOrEqual(max + (decay * (to.at - from.at)) / 1_000 + 1e-6)
        }
      }
    }),
  )
})

test('who waits for a rate is told the instant at which there is room; who waits for slots is asked to come back in bounds', () => {
  fc.assert(
    fc.property(anyLimit, fc.integer({ min: 1, max: 3 }), (limit, slots) => {
      if (judgeSlots([limit], slots, 'slots').kind !== 'wait') return
      const after = askAgainAfter([limit], slots)
      expect(after).toBeGreaterThan(0)
      if (limit.decay === null) expect(after).toBeLessThanOrEqual(5_000)
      // What was used has come back by then, so that those ahead and this one fit.
      else expect(limit.used + limit.ahead + slots - (limit.decay * after) / 1_000).toBeLessThanOrEqual(limit.max + 1e-9)
    }),
  )
})

test('a wait is told with numbers', () => {
  const limit = { name: 'db', max: 2, used: 2, ahead: 3, decay: null, holdMs: 0 }
  expect(describeBlocked([limit])).toBe('db (2 of 2 taken, 3 asked for before)')
  expect(describeBlocked([{ ...limit, name: 'api', used: 1.2, ahead: 0, decay: 2.5 }])).toBe('api (2 of 2 used, 2.5 come back a second)')
})
