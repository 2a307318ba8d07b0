/** A clock for tests: waits before another attempt take no time, and everything that is recorded shows the instants as though they had. */
import { type Duration, toMilliseconds } from '../../core/duration.ts'
import { type MovedClock, moveClock, now } from '../engine/clock.ts'
import { UsageError } from '../errors.ts'

/** Given back by `using`, or by calling `[Symbol.dispose]`. */
export interface FakeClock extends Disposable {
  /** What the engine's clock says. `Date.now()` of your own code is not moved. */
  now(): Date
  /** Puts it forward; waits that are due then end. */
  advance(by: Duration): void
}

/** How a fake clock goes. */
export interface FakeClockOptions {
  /** What it says at first; by default the real time. */
  now?: Date | string
  /** Whether waits end by themselves, the clock jumping to their end (the default), or by `advance` alone. */
  jump?: boolean
}

interface Waiting {
  at: number
  due: () => void
}

let inUse = false

/**
 * Moves the clock of this process's flow runs until it is disposed of; one at a time. Timeouts, and what your own code waits for, take their real time.
 *
 *     using clock = fakeClock()
 *     const run = await runFlow(etl)      // ten retries an hour apart: at once
 */
export function fakeClock({ now: start, jump = true }: FakeClockOptions = {}): FakeClock {
  if (inUse) throw new UsageError('fakeClock: another fake clock is in use', 'Dispose of it first: using clock = fakeClock()')
  const first = start === undefined ? now() : new Date(start).getTime()
  if (Number.isNaN(first))
    throw new UsageError(`fakeClock: "${String(start)}" is no instant`, 'Expected a Date, or text such as 2026-01-01T08:00:00Z.')
  let ahead = first - now()
  const waiting = new Set<Waiting>()

  /** The earliest first; the clock has reached each when it ends. */
  const endUntil = (instant: number) => {
    for (const one of [...waiting].filter(({ at }) => at <= instant).sort((a, b) => a.at - b.at)) {
      waiting.delete(one)
      one.due()
    }
  }
  const jumpToNext = () => {
    const next = Math.min(...[...waiting].map(({ at }) => at))
    if (!Number.isFinite(next)) return
    ahead += Math.max(0, next - now())
    endUntil(next)
    if (waiting.size > 0) setImmediate(jumpToNext)
  }
  const clock: MovedClock = {
    get ahead() {
      return ahead
    },
    wait(milliseconds, due) {
      const one = { at: now() + milliseconds, due }
      waiting.add(one)
      if (jump) setImmediate(jumpToNext)
      return () => waiting.delete(one)
    },
  }
  inUse = true
  moveClock(clock)
  return {
    now: () => new Date(now()),
    advance(by) {
      ahead += toMilliseconds(by)
      endUntil(now())
    },
    [Symbol.dispose]() {
      if (!inUse) return
      inUse = false
      moveClock(null)
      endUntil(Number.POSITIVE_INFINITY)
    },
  }
}
