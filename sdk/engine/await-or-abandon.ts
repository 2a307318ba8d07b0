/** Waits for author's code, but not beyond an abort: what does not heed its signal is left behind. */
import { sleep } from './clock.ts'

/** How the work ended. `abandoned`: it did not heed its signal within the grace, and may still be going on. */
export type Settled =
  | { kind: 'returned'; value: unknown }
  | { kind: 'threw'; error: unknown }
  | { kind: 'aborted'; reason: unknown; abandoned: boolean }

/** A promise, or anything else with a `then`. */
export const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  (typeof value === 'object' || typeof value === 'function') && value !== null && 'then' in value && typeof value.then === 'function'

/** What the words of a state say besides, of work that was abandoned. */
export const sayAbandoned = (abandoned: boolean): string => (abandoned ? '; its function did not heed the abort signal and was left behind' : '')

/**
 * After an abort the work has `grace` milliseconds to end by itself; its outcome is the abort's either way. `onAbort` subscribes to the abort and answers how to
 * unsubscribe, for a signal that too many would listen to.
 */
export async function awaitOrAbandon(
  work: PromiseLike<unknown>,
  signal: AbortSignal,
  grace: (reason: unknown) => number,
  onAbort: (listener: () => void) => () => void = (listener) => listenTo(signal, listener),
): Promise<Settled> {
  const settled: Promise<Settled> = Promise.resolve(work).then(
    (value) => ({ kind: 'returned', value }),
    (error: unknown) => ({ kind: 'threw', error }),
  )
  if (!signal.aborted) {
    let unsubscribe = () => {}
    const aborted = new Promise<null>((resolve) => {
      unsubscribe = onAbort(() => resolve(null))
    })
    const first = await Promise.race([settled, aborted])
    unsubscribe()
    if (first !== null && !signal.aborted) return first
  }
  const patience = new AbortController()
  const late = sleep(grace(signal.reason), patience.signal).then(
    () => true,
    () => false,
  )
  const abandoned = await Promise.race([settled.then(() => false), late])
  patience.abort()
  return { kind: 'aborted', reason: signal.reason, abandoned }
}

function listenTo(signal: AbortSignal, listener: () => void): () => void {
  signal.addEventListener('abort', listener, { once: true })
  return () => signal.removeEventListener('abort', listener)
}
