/** A result that is bytes, by where it lies: read when somebody needs it, as often as needed. */
import { createWriteStream } from 'node:fs'
import { UsageError } from '../errors.ts'
import { type StoredContent, toStoredContent } from './serializers/serializer.ts'

/**
 *     for await (const piece of stored) …          // a piece at a time
 *     await stored.saveTo('day.parquet')           // to a file, without holding it in memory
 *     const all = await stored.bytes()             // or stored.text()
 *
 * Reading throws ResultMissing or ResultCorrupt; a corrupt one only at its end, when all of it has been seen.
 */
export class StoredBytes implements StoredContent {
  /** Where it lies, as the state of its run says. */
  readonly reference: string
  readonly #open: () => AsyncIterable<Uint8Array>

  /** Made by reading a result. */
  constructor(reference: string, open: () => AsyncIterable<Uint8Array>) {
    this.reference = reference
    this.#open = open
  }

  /** For TypeScript, which thinks that callers get the stream: the value as what it is. Throws UsageError when it is something else. */
  static of(value: unknown): StoredBytes {
    if (value instanceof StoredBytes) return value
    throw new UsageError('that is no result of bytes', 'Its task needs results: { serializer: serializers.bytes }.')
  }

  /** In pieces of some tens of KiB, as they come. */
  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return this.#open()[Symbol.asyncIterator]()
  }

  /** All of it, in memory. */
  bytes(): Promise<Uint8Array> {
    return toStoredContent(this.#open()).bytes()
  }

  /** All of it as UTF-8. */
  text(): Promise<string> {
    return toStoredContent(this.#open()).text()
  }

  /** Writes it to a file, in place of what is there. */
  async saveTo(path: string): Promise<void> {
    const { pipeline } = await import('node:stream/promises')
    await pipeline(this.#open(), createWriteStream(path))
  }

  /** What stands for it where values are compared, as in cache keys: the same place is the same bytes. */
  toJSON(): { storedBytes: string } {
    return { storedBytes: this.reference }
  }
}
