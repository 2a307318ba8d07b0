/** The runner's clock: wall time with microseconds, so that quick steps keep their order. It follows the wall clock when that is set. */
import type { Instant } from '../../core/instant.ts'

let origin = performance.timeOrigin
/** A test's clock, when there is one. */
let moved: MovedClock | null = null
/** Further from `Date.now()` than this, the wall clock was set or the machine slept: the origin is taken anew. */
const DRIFT = 20

/** Milliseconds since 1970, to the microsecond. */
export function now(): Instant {
  const elapsed = performance.now()
  const wall = Date.now()
  if (Math.abs(origin + elapsed - wall) > DRIFT) origin = wall - elapsed
  return Math.round((origin + elapsed + (moved?.ahead ?? 0)) * 1_000) / 1_000
}

/** Milliseconds by a clock that nobody sets, for waits between two things; it begins at the wall's. */
export const steadyNow = (): Instant => performance.timeOrigin + performance.now() + (moved?.ahead ?? 0)

/** Puts a test's clock in the place of the wall's; null puts the wall's back. */
export function moveClock(clock: MovedClock | null): void {
  moved = clock
}

/** Now, but later than `previous`: states of one run rise strictly. */
export function nowAfter(previous: Instant | undefined): Instant {
  const instant = now()
  return previous === undefined || instant > previous ? instant : Math.round((previous + 0.001) * 1_000) / 1_000
}

const LONGEST_TIMER = 2_147_483_647

/** What a test's clock does: it is `ahead` of the wall by so many milliseconds, and takes the place of timers where a run waits by its own plan. */
export interface MovedClock {
  readonly ahead: number
  /** Calls `due` once that much time has passed by this clock; answers how to forget it. */
  wait(milliseconds: number, due: () => void): () => void
}

/** Waits; rejects with the signal's reason when it is aborted first. Any length: timers of Node end at 24.8 days. */
export function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    let left = milliseconds
    let timer: NodeJS.Timeout
    const abort = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const step = () => {
      if (left <= 0) {
        signal?.removeEventListener('abort', abort)
        return resolve()
      }
      const part = Math.min(left, LONGEST_TIMER)
      left -= part
      timer = setTimeout(step, part)
    }
    signal?.addEventListener('abort', abort, { once: true })
    step()
  })
}

/** A wait that the run's own plan asks for (before another attempt): as `sleep`, but by a test's clock when there is one. */
export function waitOut(milliseconds: number, signal?: AbortSignal): Promise<void> {
  const clock = moved
  if (!clock) return sleep(milliseconds, signal)
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const abort = () => {
      forget()
      reject(signal?.reason)
    }
    const forget = clock.wait(milliseconds, () => {
      signal?.removeEventListener('abort', abort)
      resolve()
    })
    signal?.addEventListener('abort', abort, { once: true })
  })
}
