/** The option `cache` of a task, checked where it is written. */
import type { Duration } from '../../core/duration.ts'
import { checkDuration, checkKeys } from '../check-options.ts'
import { UsageError } from '../errors.ts'
import type { Results } from '../results/result-settings.ts'
import { type CachedTask, type CacheKeyFunction, CachePolicy, isCachePolicy } from './cache-policy.ts'

/** Who may compute at the same time: everybody, or one after the other, so that the others find what the first one made. */
export type CacheIsolation = 'readCommitted' | 'serializable'

/** All that can be said about the cache of a task. */
export interface CacheOptions {
  /** A policy such as `cache.inputs`, or a function that gives the key. */
  key: CachePolicy | CacheKeyFunction
  /** How long a result is good for; without it always. */
  expires?: Duration
  /** True: computes anew, and what it makes takes the place of what was there. WEIR_REFRESH_CACHE=1 does so for all tasks. */
  refresh?: boolean
  /** `serializable`: of all processes with the same key one computes, and the others wait for it. */
  isolation?: CacheIsolation
  /** Results that take more bytes in the store are not cached. */
  maxSize?: number
}

/** The policy alone, or with options. */
export type Cache = CachePolicy | CacheKeyFunction | CacheOptions

/** Checked and filled in. */
export interface CacheDefinition {
  readonly policy: CachePolicy
  /** Milliseconds; null = for ever. */
  readonly expires: number | null
  readonly refresh: boolean
  readonly isolation: CacheIsolation
  readonly maxSize: number
}

/** Null = not cached. Throws UsageError. */
export function checkCache(given: Cache | undefined, task: CachedTask, results: Results | undefined, owner: string): CacheDefinition | null {
  if (given === undefined) return null
  if (!isOptions(given)) return checkCache({ key: given }, task, results, owner)
  checkKeys(given, ['key', 'expires', 'refresh', 'isolation', 'maxSize'], `cache of ${owner}`)
  const { key, expires, refresh = false, isolation = 'readCommitted', maxSize = Number.POSITIVE_INFINITY } = given
  if (typeof key !== 'function' && !isCachePolicy(key)) {
    throw new UsageError(`cache of ${owner} needs a key: a policy or a function, and got ${typeof key}`, 'For example cache: { key: cache.inputs }.')
  }
  const policy = isCachePolicy(key) ? key : new CachePolicy([{ kind: 'function', compute: key }])
  policy.check(task, owner)
  if (isolation !== 'readCommitted' && isolation !== 'serializable')
    throw new UsageError(`cache.isolation of ${owner} must be 'readCommitted' or 'serializable', and is ${String(isolation)}`)
  if (typeof refresh !== 'boolean') throw new UsageError(`cache.refresh of ${owner} must be true or false, and is ${typeof refresh}`)
  if (typeof maxSize !== 'number' || !(maxSize > 0)) throw new UsageError(`cache.maxSize of ${owner} must be a number of bytes above 0`)
  if (!policy.isNone && results === false)
    throw new UsageError(`${owner} is cached, and so its results must be stored: they are not with results: false`)
  const goodFor = expires === undefined ? null : checkDuration(expires, `cache.expires of ${owner}`)
  return policy.isNone ? null : { policy, expires: goodFor, refresh, isolation, maxSize }
}

const isOptions = (given: Cache): given is CacheOptions => typeof given === 'object' && given !== null && !isCachePolicy(given)
