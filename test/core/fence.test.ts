import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type Clocks,
  clocksMovedTogether,
  fenceFrom,
  fenceLeft,
  fenceOfAssignment,
  fencePassed,
  mayStartAtOnce,
  mayStartAttempt,
  moveFence,
} from '../../core/fence.ts'
import { TIMINGS } from '../../core/timings.ts'

const at = (wall: number, monotonic = wall): Clocks => ({ wall, monotonic })
const later = ({ wall, monotonic }: Clocks, by: number): Clocks => at(wall + by, monotonic + by)
const HELLO = at(1_000_000, 5_000)
const server = { serverTime: 2_000_000, learntAt: HELLO }
const start = (claimedAgo: number, now: Clocks, mayStart = true) =>
  mayStartAtOnce({ mayStart, claimedAt: server.serverTime + (now.monotonic - HELLO.monotonic) - claimedAgo }, server, now, TIMINGS)

test('a fence counts from the moment of sending, and has passed when either clock says so', () => {
  const fence = fenceFrom(at(100, 10), 50)
  expect(fencePassed(fence, at(149, 59))).toBe(false)
  expect(fencePassed(fence, at(150, 20))).toBe(true)
  expect(fencePassed(fence, at(0, 60))).toBe(true)
  expect(fenceLeft(fence, at(120, 20))).toBe(30)
  expect(fenceLeft(fence, at(160, 20))).toBe(-10)
})

test('an answer to an older message moves no fence back', () => {
  const fence = moveFence(moveFence(null, at(100), 50), at(200), 50)
  expect(moveFence(fence, at(100), 50)).toBe(fence)
  expect(moveFence(fence, at(201), 50)).toEqual({ wall: 251, monotonic: 251 })
})

test('however answers arrive, the fence stands where the latest message that was answered puts it', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(10_000), { minLength: 1, maxLength: 20 }), (sent) => {
      const fence = sent.reduce<ReturnType<typeof moveFence> | null>((moved, one) => moveFence(moved, at(one), 75), null)
      expect(fence).toEqual(fenceFrom(at(Math.max(...sent)), 75))
    }),
  )
})

test('a young assignment of a process pool starts at once', () => {
  expect(start(0, later(HELLO, 60_000))).toBe(true)
  expect(start(TIMINGS.assignmentMaxAge - 1, later(HELLO, 60_000))).toBe(true)
})

test('an old assignment asks first, and so does one that may not start', () => {
  expect(start(TIMINGS.assignmentMaxAge, later(HELLO, 60_000))).toBe(false)
  expect(start(0, later(HELLO, 60_000), false)).toBe(false)
})

test('after a sleep, or after the clock was set, every assignment asks first', () => {
  const slept = at(HELLO.wall + 60_000, HELLO.monotonic + 1_000)
  expect(clocksMovedTogether(HELLO, slept)).toBe(false)
  expect(start(0, slept)).toBe(false)
  expect(start(0, at(HELLO.wall - 3_600_000, HELLO.monotonic + 1_000))).toBe(false)
  expect(clocksMovedTogether(HELLO, at(HELLO.wall + 60_900, HELLO.monotonic + 60_000))).toBe(true)
})

test('the age of an assignment is never taken for less than it is, however long the hello took', () => {
  const ms = fc.integer({ min: 0, max: 60_000 })
  fc.assert(
    fc.property(ms, ms, ms, (helloTook, claimedAfter, arrivedAfter) => {
      // The server's clock runs with the worker's; the answer was written `helloTook` after the question was sent.
      const trueServerTime = (now: Clocks) => now.monotonic + 7_777
      const learnt = { serverTime: trueServerTime(later(HELLO, helloTook)), learntAt: HELLO }
      const claimedAt = trueServerTime(later(HELLO, helloTook + claimedAfter))
      const now = later(HELLO, helloTook + claimedAfter + arrivedAfter)
      const assignment = { claimedAt, mayStart: true, fence: TIMINGS.fence }
      if (mayStartAtOnce(assignment, learnt, now, TIMINGS)) expect(arrivedAfter).toBeLessThan(TIMINGS.assignmentMaxAge)
      const fence = fenceOfAssignment(assignment, learnt, now)
      expect(fenceLeft(fence, now)).toBeLessThanOrEqual(TIMINGS.fence - arrivedAfter)
    }),
  )
})

test('a retry that waited in the process asks first, unless its fence would stop it in time', () => {
  const fence = { wall: 100, monotonic: 100 }
  expect(mayStartAttempt({ deployed: true, onContactLost: 'continue' }, fence, at(0))).toBe(false)
  expect(mayStartAttempt({ deployed: true, onContactLost: 'stop' }, fence, at(99))).toBe(true)
  expect(mayStartAttempt({ deployed: true, onContactLost: 'stop' }, fence, at(100))).toBe(false)
  expect(mayStartAttempt({ deployed: false, onContactLost: 'continue' }, fence, at(1e9))).toBe(true)
})

test('a fence is shorter than the silence that loses a lease, whatever the grace', () => {
  expect(TIMINGS.fence).toBeLessThan(TIMINGS.silence)
  expect(TIMINGS.assignmentMaxAge).toBeLessThan(TIMINGS.fence)
})
