/**
 * The locks of serializable tasks and transactions, as one piece of code takes one inside of another.
 *
 * 1. Code that is called under a lock and asks for the same one would wait for itself: it is refused, in this process and its threads.
 * 2. A transaction keeps the locks of what was done in it until it ends: what asks for one of them within that transaction has it already.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { UsageError } from '../errors.ts'
import type { ResultStore } from '../results/result-store.ts'
import { transactionScopes } from './transaction-scope.ts'

const KEY = Symbol.for('weirflow.locks-around')
type Holder = { [KEY]?: AsyncLocalStorage<ReadonlyMap<string, string>> }

/** One per process, for all copies of the package. */
const locksAround: AsyncLocalStorage<ReadonlyMap<string, string>> = ((globalThis as Holder)[KEY] ??= new AsyncLocalStorage<
  ReadonlyMap<string, string>
>())

/** Of a lock that was taken. */
export interface HeldLock {
  readonly id: string
  /** Lets the next one go on. Null where it is the transaction's around it, which lets it go. */
  readonly release: (() => Promise<void>) | null
}

type LockingStore = ResultStore & Required<Pick<ResultStore, 'lock'>>

export const hasLocks = (store: ResultStore): store is LockingStore => store.lock !== undefined

/** What takes a lock. */
interface LockAsk {
  store: LockingStore
  name: string
  /** As the message names it: `task "load"`. */
  what: string
  /** `the lock of its cache key`. */
  which: string
  signal: AbortSignal
}

/** Waits for the lock. Rejects with UsageError where the code around this one has it, and with the signal's reason. */
export async function takeLock({ store, name, what, which, signal }: LockAsk): Promise<HeldLock> {
  const id = `${store.locate('locks')} ${name}`
  const holder = locksAround.getStore()?.get(id)
  if (holder !== undefined)
    throw new UsageError(
      `${what} waits for ${which}, and ${holder} around it has that lock: it would wait for itself`,
      'Call it with other inputs, or leave out isolation.',
    )
  const scope = transactionScopes.getStore() ?? null
  if (!scope) return { id, release: await store.lock(name, signal) }
  if (scope.holds(id)) return { id, release: null }
  const isOurs = new AbortController()
  const stopListening = scope.onHeld(id, () => isOurs.abort())
  try {
    return { id, release: await store.lock(name, AbortSignal.any([signal, isOurs.signal])) }
  } catch (error) {
    if (!isOurs.signal.aborted || signal.aborted) throw error
    return { id, release: null }
  } finally {
    stopListening()
  }
}

/** Runs `work` under the lock, which `holder` has: `task run load-0`. */
export const underLock = <T>({ id }: HeldLock, holder: string, work: () => T): T =>
  locksAround.run(new Map([...(locksAround.getStore() ?? []), [id, holder]]), work)

/** The locks around this code by their ids, with who has them; for a thread. */
export const heldAround = (): ReadonlyMap<string, string> => locksAround.getStore() ?? new Map()

/** Runs `work` as the code that was called under these locks. */
export const underLocks = <T>(locks: ReadonlyMap<string, string>, work: () => T): T => (locks.size === 0 ? work() : locksAround.run(locks, work))
