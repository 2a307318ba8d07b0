/** Where results lie: named pieces of bytes. What a piece looks like inside is stored-result.ts; what it means is the serializer's. */
import type { StateDetails } from '../../core/states.ts'
import { UsageError } from '../errors.ts'

/** Where a value lies and how it was written: all that leaves the process. */
export type ResultReference = NonNullable<StateDetails['result']>

/**
 * A place for results. Any object with these methods will do; `localFiles` and `s3` are two.
 *
 * Keys are texts of 1 to 1,000 characters out of `A-Z a-z 0-9 . _ - / =`, without empty, `.` or `..` parts.
 */
export interface ResultStore {
  /**
   * Stores the whole content under `key`, in place of what was there. All or nothing: a reader sees the former content or the new one, and after an error
   * (also one that `content` throws) the former one.
   */
  write(key: string, content: AsyncIterable<Uint8Array>): Promise<void>
  /** The content, piece by piece; null when there is none. */
  read(key: string): Promise<AsyncIterable<Uint8Array> | null>
  /** Nothing happens when there is none. */
  delete(key: string): Promise<void>
  /** An address that finds it again, in a process of another day: what the control plane keeps instead of the value. At most 2,000 characters, no secrets. */
  locate(key: string): string
  /** The key that `locate` made this reference of; null for a reference of another store. */
  keyOf(reference: string): string | null
  /**
   * Takes the lock of this name, waiting for whoever has it; gives the function that releases it. Released, too, when its holder's process dies.
   * Rejects with the signal's reason when that is aborted first. Left out: nothing that needs a lock works with this store.
   */
  lock?(name: string, signal: AbortSignal): Promise<() => Promise<void>>
}

/** Whether something has the methods of a store. */
export const isResultStore = (value: unknown): value is ResultStore =>
  typeof value === 'object' &&
  value !== null &&
  ['write', 'read', 'delete', 'locate', 'keyOf'].every((method) => typeof (value as Record<string, unknown>)[method] === 'function')

const KEY = /^[\w.=-]+(\/[\w.=-]+)*$/

/** Gives the key; throws UsageError for one that no store has to take. */
export function checkResultKey(key: string): string {
  if (isResultKey(key)) return key
  throw new UsageError(`"${key}" is no key of a result`, 'Expected parts of A-Z a-z 0-9 . _ - = with / between them.')
}

/** Whether a store has to take it. */
export const isResultKey = (key: string): boolean =>
  key.length <= 1_000 && KEY.test(key) && !key.split('/').some((part) => part === '.' || part === '..')
