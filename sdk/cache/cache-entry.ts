/** What lies in a store under a cache key: where the result is, and whose it was. The result itself stays where its run put it. */
import { createHash } from 'node:crypto'
import type { ResultStore } from '../results/result-store.ts'
import { toStoredContent } from '../results/serializers/serializer.ts'
import type { ResultReference } from '../results/result-store.ts'
import { isCommitted } from '../transactions/commit-mark.ts'

/** One hit to be. */
export interface CacheEntry {
  /** Version of this layout. */
  weir: 1
  key: string
  /** The run that made it; a transaction's key names no task run. */
  from: { taskRunId: string | null; taskRunName: string | null; flowRunId: string | null }
  /** Milliseconds since 1970. */
  createdAt: number
  /** Milliseconds since 1970; null = never. */
  expiresAt: number | null
  result: ResultReference
  /** The transaction it was made in, which counts once its mark is there; null = none. */
  transaction: string | null
}

/** Where the entry of a key lies. */
export function entryKey(key: string): string {
  const digest = createHash('sha256').update(key).digest('hex')
  return `cache/${digest.slice(0, 2)}/${digest}`
}

/** The entry that is good at this instant; null when there is none. Rejects with what the store rejects with. */
export async function readEntry(store: ResultStore, key: string, instant: number): Promise<CacheEntry | null> {
  const stored = await store.read(entryKey(key))
  if (stored === null) return null
  const entry = parse(await toStoredContent(stored).text())
  if (entry?.weir !== 1 || entry.key !== key) return null
  if (entry.expiresAt !== null && entry.expiresAt <= instant) return null
  return entry.transaction === null || (await isCommitted(store, entry.transaction)) ? entry : null
}

/** In place of what was there. */
export async function writeEntry(store: ResultStore, entry: CacheEntry): Promise<void> {
  await store.write(
    entryKey(entry.key),
    (async function* () {
      yield Buffer.from(JSON.stringify(entry))
    })(),
  )
}

function parse(text: string): CacheEntry | null {
  try {
    return JSON.parse(text) as CacheEntry | null
  } catch {
    return null
  }
}
