/**
 * Tasks that wait for nothing run one after another within one turn of Node's event loop: timers, reports and a cancel would have to wait for the last of
 * them. So the loop turns between two tasks once in a while. It is waited for at a task's end: a task begins within the very call of it, without waiting.
 */
import { setImmediate } from 'node:timers'

/** Milliseconds between two turns. A turn costs some microseconds. */
const EVERY = 100

let last = performance.now()
let turning: Promise<void> | null = null

/** To be awaited when a task has ended; null = not yet. Those that end while the loop turns wait, too, so that they keep their order. */
export function letEventLoopTurn(): Promise<void> | null {
  if (turning || performance.now() - last < EVERY) return turning
  turning = new Promise((resolve) => {
    setImmediate(() => {
      last = performance.now()
      turning = null
      resolve()
    })
  })
  return turning
}
