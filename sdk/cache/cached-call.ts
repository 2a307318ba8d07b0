/** One call of a cached task: the look before it runs, and the entry it leaves when it has completed. */
import type { StateDetails } from '../../core/states.ts'
import { now } from '../engine/clock.ts'
import { messageOf, UsageError } from '../errors.ts'
import { readResult } from '../results/read-result.ts'
import type { ResultSettings } from '../results/result-settings.ts'
import type { ResultReference } from '../results/result-store.ts'
import { type HeldLock, hasLocks, takeLock, underLock } from '../transactions/take-lock.ts'
import { type CacheEntry, entryKey, readEntry, writeEntry } from './cache-entry.ts'
import type { CacheDefinition } from './cache-options.ts'
import type { CachedTask, CacheKeyContext } from './cache-policy.ts'

/** Where a value came from that was not computed. */
export interface CacheHit {
  value: unknown
  entry: CacheEntry
}

/** The state of a call that did not have to run. */
export const tellHit = ({ entry: { from, result } }: CacheHit): { name: string; message: string; details: StateDetails } => ({
  name: 'Cached',
  message: `From task run ${from.taskRunName} (${from.taskRunId})`,
  details: { result, ...(from.taskRunId === null ? {} : { cachedFrom: { taskRunId: from.taskRunId, flowRunId: from.flowRunId } }) },
})

/** What the engine knows of the call. */
export interface CachedCallInit {
  task: CachedTask & { readonly cache: CacheDefinition }
  results: ResultSettings
  context: CacheKeyContext
  taskRunName: string
  /** Ends the wait for the lock. */
  signal: AbortSignal
  warn: (message: string) => void
}

/** Opened before the task runs, released after. */
export class CachedCall {
  /** Null = it has to run. */
  readonly hit: CacheHit | null
  readonly #init: CachedCallInit
  readonly #key: string
  #lock: HeldLock | null

  private constructor(init: CachedCallInit, key: string, hit: CacheHit | null, lock: HeldLock | null) {
    this.#init = init
    this.#key = key
    this.hit = hit
    this.#lock = lock
  }

  /**
   * Makes the key, waits for the lock where one is wanted, and looks. Null = this call is not cached. Rejects with NotHashable, with what the key function
   * throws, with UsageError when the store has no locks, and with the signal's reason. A store that cannot be read is a warning and no hit.
   */
  static async open(init: CachedCallInit): Promise<CachedCall | null> {
    const { task, results, context, signal } = init
    const key = await task.cache.policy.keyOf(task, context)
    if (key === null) return null
    if (task.cache.isolation === 'readCommitted') return new CachedCall(init, key, await look(init, key), null)
    if (!hasLocks(results.store)) {
      throw new UsageError(
        `cache.isolation 'serializable' of task "${task.name}" needs locks, and its result store has none`,
        'localFiles has; or leave it out.',
      )
    }
    const what = `task "${task.name}"`
    const lock = await takeLock({ store: results.store, name: entryKey(key), what, which: 'the lock of its cache key', signal })
    try {
      return new CachedCall(init, key, await look(init, key), lock)
    } catch (error) {
      await lock.release?.()
      throw error
    }
  }

  /** Leaves the entry of a completed run; one that was made in a transaction counts once that is committed. */
  async put(result: ResultReference, size: number, transaction: string | null): Promise<void> {
    const { task, results, context, taskRunName, warn } = this.#init
    if (size > task.cache.maxSize) return warn(`its result takes ${size} bytes and is not cached: cache.maxSize is ${task.cache.maxSize}`)
    const createdAt = Math.floor(now())
    const expiresAt = task.cache.expires === null ? null : createdAt + task.cache.expires
    await writeEntry(results.store, {
      weir: 1,
      key: this.#key,
      from: { taskRunId: context.taskRunId, taskRunName, flowRunId: context.flowRunId },
      createdAt,
      expiresAt,
      result,
      transaction,
    })
  }

  /** Lets the next one with this key go on. */
  async release(): Promise<void> {
    const lock = this.#lock
    this.#lock = null
    await lock?.release?.()
  }

  /** Runs `work` as the code that has the lock. */
  under<T>(work: () => T): T {
    return this.#lock ? underLock(this.#lock, `task run ${this.#init.taskRunName}`, work) : work()
  }

  /** Who releases the lock from now on: a transaction holds it until its end. Null when there is none. */
  handOver(): { store: ResultSettings['store']; lock: HeldLock | null } {
    const lock = this.#lock
    this.#lock = null
    return { store: this.#init.results.store, lock }
  }
}

const refreshesAll = (): boolean => ['1', 'true'].includes(process.env['WEIR_REFRESH_CACHE'] ?? '')

async function look({ task, results, warn }: CachedCallInit, key: string): Promise<CacheHit | null> {
  if (task.cache.refresh || refreshesAll()) return null
  try {
    const entry = await readEntry(results.store, key, now())
    return entry && { entry, value: await readResult(results, entry.result) }
  } catch (error) {
    // Deleted results are the ordinary way of making room.
    if ((error as { code?: unknown }).code !== 'result_missing') warn(`its cached result cannot be used and is computed anew: ${messageOf(error)}`)
    return null
  }
}
