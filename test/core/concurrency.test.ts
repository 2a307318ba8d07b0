import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  askAgainAfter,
  describeBlocked,
  HAND_ON,
  judgeSlots,
  type LimitFacts,
  mayHandOn,
  type QueueFacts,
  spentAfter,
} from '../../core/concurrency.ts'

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

test('a rate limit that is always asked for gives all that it may: its slots, and what comes back in the time', () => {
  const limits = fc.record({
    max: fc.integer({ min: 1, max: 20 }),
    decay: fc.constantFrom(0.5, 2, 7.3, 50),
    seconds: fc.integer({ min: 1, max: 120 }),
  })
  fc.assert(
    fc.property(limits, ({ max, decay, seconds }) => {
      let spent = 0
      let given = 0
      for (let now = 0; now <= seconds * 1_000; ) {
        const facts: LimitFacts = { name: 'a', max, used: spent, ahead: 0, decay, holdMs: 0 }
        const isGiven = judgeSlots([facts], 1, 'rate').kind === 'grant'
        const pause = isGiven ? 0 : askAgainAfter([facts], 1, Number.POSITIVE_INFINITY)
        if (isGiven) given++
        now += pause
        spent = spentAfter(isGiven ? spent + 1 : spent, decay, pause)
      }
      const due = max + decay * seconds
      expect(given).toBeLessThanOrEqual(Math.floor(due + 1e-6))
      expect(given).toBeGreaterThanOrEqual(Math.floor(due - 1e-6) - 1)
    }),
  )
})

test('a slot that is freed early is seen within a second by all whom it may concern next, however long slots were held before', () => {
  const held = { name: 'a', max: 2, used: 2, decay: null, holdMs: 3_600_000 }
  const after = (ahead: number, slots = 1) => askAgainAfter([{ ...held, ahead }], slots, 20_000)
  // Two at a time: the third and the fourth in line are next when the first two have had them for a moment.
  expect([0, 1, 2, 3].map((ahead) => after(ahead))).toEqual([1_000, 1_000, 1_000, 1_000])
  expect([4, 6, 8, 10, 100].map((ahead) => after(ahead))).toEqual([2_000, 3_000, 4_000, 5_000, 5_000])
  expect([after(0, 2), after(2, 2), after(4, 2)]).toEqual([1_000, 1_000, 2_000])
})

test('who waits for a rate is told the instant at which there is room; who waits for slots is asked to come back in bounds; nobody loses a place meanwhile', () => {
  fc.assert(
    fc.property(anyLimit, fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 100_000 }), (limit, slots, patience) => {
      if (judgeSlots([limit], slots, 'slots').kind !== 'wait') return
      const after = askAgainAfter([limit], slots, patience)
      expect(after).toBeGreaterThan(0)
      // A client adds a fifth at most, and one question may be lost.
      expect(after * 1.2 * 2).toBeLessThan(patience)
      if (limit.decay === null) expect(after).toBeLessThanOrEqual(5_000)
      // What was used has come back by then, so that those ahead and this one fit.
      const whole = askAgainAfter([limit], slots, Number.POSITIVE_INFINITY)
      if (limit.decay !== null) expect(limit.used + limit.ahead + slots - (limit.decay * whole) / 1_000).toBeLessThanOrEqual(limit.max + 1e-9)
    }),
  )
})

test('a wait is told with numbers', () => {
  const limit = { name: 'db', max: 2, used: 2, ahead: 3, decay: null, holdMs: 0 }
  expect(describeBlocked([limit])).toBe('db (2 of 2 taken, 3 asked for before)')
  expect(describeBlocked([{ ...limit, name: 'api', used: 1.2, ahead: 0, decay: 2.5 }])).toBe('api (2 of 2 used, 2.5 come back a second)')
})

test('slots go from hand to hand only while the record has been asked lately, everybody else has had a short turn at most, and nothing is over its limit', () => {
  const queue = fc.record({ isShared: fc.boolean(), isOver: fc.boolean() })
  const some = fc.subarray(['a', 'b', 'c'])
  fc.assert(
    fc.property(
      some,
      some,
      fc.dictionary(fc.constantFrom('a', 'b', 'c'), queue),
      fc.nat(2_000),
      fc.nat(2_000),
      (wanted, there, known, taken, asked) => {
        const names = there.filter((name) => wanted.includes(name))
        const queues = new Map<string, QueueFacts>(Object.entries(known))
        const held = { wanted, names, takenAt: -taken, confirmedAt: -asked }
        if (!mayHandOn(held, queues, 0)) return
        for (const name of wanted) expect(queues.has(name)).toBe(names.includes(name))
        if (names.length > 0) expect(asked).toBeLessThan(HAND_ON.alone)
        for (const name of names) expect(queues.get(name)?.isOver).toBe(false)
        if (names.some((name) => queues.get(name)?.isShared)) expect(taken).toBeLessThan(HAND_ON.shared)
      },
    ),
  )
  const held = { wanted: ['a', 'none'], names: ['a'], takenAt: 0, confirmedAt: 0 }
  const alone: [string, QueueFacts] = ['a', { isShared: false, isOver: false }]
  expect(mayHandOn(held, new Map([alone]), HAND_ON.alone - 1)).toBe(true)
  expect(mayHandOn(held, new Map([['a', { isShared: true, isOver: false }]]), HAND_ON.shared - 1)).toBe(true)
  // A record that does not tell its queues, or one that knows a limit of the other name by now.
  expect(mayHandOn(held, new Map(), 1)).toBe(false)
  expect(mayHandOn(held, new Map([alone, ['none', { isShared: false, isOver: false }]]), 1)).toBe(false)
})
