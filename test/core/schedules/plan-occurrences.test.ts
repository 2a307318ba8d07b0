import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Instant } from '../../../core/instant.ts'
import { nextInstants } from '../../../core/schedules/next-instants.ts'
import { type CatchUp, CATCH_UPS } from '../../../core/schedules/occurrence-policy.ts'
import { MOST_OCCURRENCES, planOccurrences } from '../../../core/schedules/plan-occurrences.ts'
import { readSchedule, type Schedule, type ScheduleInput } from '../../../core/schedules/schedule.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const BEGIN = Date.parse('2026-03-01T12:00:00Z')

function scheduleOf(input: ScheduleInput): Schedule {
  const read = readSchedule(input, BEGIN)
  if (!read.ok) throw new Error(read.message)
  return read.schedule
}

/** Every instant from one moment to before another, walked over one by one. */
function walk(schedule: Schedule, from: Instant, to: Instant): Instant[] {
  const found: Instant[] = []
  for (let at = from; ; ) {
    const [next] = nextInstants(schedule, { from: at, count: 1 })
    if (next === undefined || next >= to) return found
    found.push(next)
    at = next + 1
  }
}

const anySchedule = fc
  .oneof(
    fc.record({ interval: fc.constantFrom(1, 7, 60, 600, 3_600, 5_400, 86_400, 90 * 86_400) }),
    fc.record({
      cron: fc.constantFrom('*/5 * * * * *', '* * * * *', '*/7 * * * *', '30 2 * * *', '0 9 * * 1-5', '0 0 29 2 *', '@monthly', '0 0 30 2 *'),
    }),
    fc.record({ rrule: fc.constantFrom('FREQ=DAILY;COUNT=5', 'FREQ=MINUTELY;INTERVAL=11', 'FREQ=WEEKLY;BYDAY=SU;BYHOUR=2;BYMINUTE=30') }),
  )
  .chain((kind) =>
    fc
      .record({ timezone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York'), end: fc.option(fc.integer({ min: 1, max: 40 }), { freq: 4 }) })
      .map(({ timezone, end }) => scheduleOf({ ...kind, timezone, ...(end === null ? {} : { end: BEGIN + end * DAY }) })),
  )

test('however often and whenever it is filled, every instant is planned once and none is left out, as long as nobody is away', () => {
  fc.assert(
    fc.property(anySchedule, fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 }), (schedule, pauses) => {
      let now = BEGIN
      let filledUntil = BEGIN
      const planned: Instant[] = []
      for (const pause of pauses) {
        const plan = planOccurrences(schedule, { filledUntil, now, catchUp: 'skip' })
        planned.push(...plan.instants)
        expect(plan.filledUntil).toBeGreaterThanOrEqual(filledUntil)
        filledUntil = plan.filledUntil
        if (plan.fillAt === null) break
        expect(plan.fillAt).toBeGreaterThan(now)
        // Before, at, or after the time at which it is to be filled again, but never after what it was filled to.
        now += Math.max(1, (plan.fillAt - now) * 2 * pause * 0.99)
      }
      const until = Math.min(filledUntil, (planned.at(-1) ?? BEGIN) + 1)
      expect(planned).toEqual(walk(schedule, BEGIN, until))
    }),
    { numRuns: 60 },
  )
})

test('it reaches at least 3 occurrences and an hour ahead, at most 100 occurrences and 100 days, and says when half of that is used', () => {
  fc.assert(
    fc.property(anySchedule, fc.integer({ min: 0, max: 30 * DAY }), (schedule, later) => {
      const now = BEGIN + later
      const { instants, filledUntil, fillAt } = planOccurrences(schedule, { filledUntil: now, now, catchUp: 'skip' })
      const all = nextInstants(schedule, { from: now, count: MOST_OCCURRENCES + 1 })
      expect(instants).toEqual(all.slice(0, instants.length))
      const next = all[instants.length]
      const last = instants.at(-1)
      expect(instants.length).toBeLessThanOrEqual(MOST_OCCURRENCES)
      expect(last ?? now).toBeLessThanOrEqual(now + 100 * DAY)
      if (next === undefined) {
        expect(fillAt).toBeNull()
        // Nothing newer can be awaited: what is kept for being the newest may run.
        expect(filledUntil).toBeGreaterThan(now + 1_000 * 365 * DAY)
        return
      }
      expect(filledUntil).toBe(next)
      const isFull = instants.length === MOST_OCCURRENCES || next > now + 100 * DAY
      if (!isFull) {
        expect(instants.length).toBeGreaterThanOrEqual(3)
        expect(last).toBeGreaterThanOrEqual(now + HOUR)
      }
      if (last !== undefined) expect(fillAt).toBe(now + (last - now) / 2)
      else expect(fillAt).toBeLessThanOrEqual(Math.max(now + HOUR, next - 100 * DAY))
    }),
    { numRuns: 100 },
  )
})

test('after an absence: all of it in the order of its instants for `all`, otherwise the newest hundred', () => {
  fc.assert(
    fc.property(anySchedule, fc.integer({ min: 1, max: 3 * HOUR }), fc.constantFrom<CatchUp>(...CATCH_UPS), (schedule, absence, catchUp) => {
      const now = BEGIN + absence
      const missed = walk(schedule, BEGIN, now)
      const made: Instant[] = []
      let filledUntil = BEGIN
      for (let round = 0; round < 200; round++) {
        const plan = planOccurrences(schedule, { filledUntil, now, catchUp })
        made.push(...plan.instants)
        filledUntil = plan.filledUntil
        if (plan.fillAt === null || plan.fillAt > now) break
      }
      expect(made.filter((at) => at < now)).toEqual(catchUp === 'all' ? missed : missed.slice(-MOST_OCCURRENCES))
    }),
    { numRuns: 40 },
  )
})

test('an absence of a year costs no walk over it', () => {
  const everySecond = scheduleOf({ interval: 1 })
  const now = BEGIN + 365 * DAY
  const { instants } = planOccurrences(everySecond, { filledUntil: BEGIN, now, catchUp: 'latest' })
  expect(instants.filter((at) => at < now)).toHaveLength(MOST_OCCURRENCES)
  expect(instants[MOST_OCCURRENCES - 1]).toBe(now - 1_000)
})
