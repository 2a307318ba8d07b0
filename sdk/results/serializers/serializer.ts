/** How values become bytes and values again. */

/** What was stored, as a serializer gets it: pieces as they are read, or all at once. It can be read once. */
export interface StoredContent extends AsyncIterable<Uint8Array> {
  /** All of it, in memory. */
  bytes(): Promise<Uint8Array>
  /** Of UTF-8. */
  text(): Promise<string>
}

/**
 * One way of writing values down. `weirflow` has several (`serializers`); an author's own is an object with these members:
 *
 *     const csv = { name: 'csv', serialize: (rows) => toCsv(rows), deserialize: async (content) => fromCsv(await content.text()) }
 */
export interface Serializer {
  /** Kept with every result, so that it is read as it was written: 1 to 64 characters out of `a-z 0-9 + . _ -`. */
  readonly name: string
  /** Text is written as UTF-8. What it throws fails the task. */
  serialize(value: unknown): Uint8Array | string | AsyncIterable<Uint8Array>
  /** The value that `serialize` was given. What it throws is told as `result_corrupt`. */
  deserialize(content: StoredContent): unknown
  /**
   * The value is bytes that are read when they are needed, so that they never have to be in memory as a whole: after storing it, callers get what reading
   * gives, because the value itself was used up.
   */
  readonly streams?: true
}

/** Whether something has the members of a serializer. */
export const isSerializer = (value: unknown): value is Serializer => {
  if (typeof value !== 'object' || value === null) return false
  const { name, serialize, deserialize } = value as Record<string, unknown>
  return typeof name === 'string' && /^[a-z0-9+._-]{1,64}$/.test(name) && typeof serialize === 'function' && typeof deserialize === 'function'
}

/** Gives the pieces the two conveniences. */
export function toStoredContent(pieces: AsyncIterable<Uint8Array>): StoredContent {
  const bytes = async () => {
    const all: Uint8Array[] = []
    for await (const piece of pieces) all.push(piece)
    return all.length === 1 ? (all[0] as Uint8Array) : Buffer.concat(all)
  }
  return {
    [Symbol.asyncIterator]: () => pieces[Symbol.asyncIterator](),
    bytes,
    text: async () => Buffer.from(await bytes()).toString('utf8'),
  }
}
