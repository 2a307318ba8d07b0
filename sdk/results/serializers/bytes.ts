/** Bytes as they are, streamed: neither writing nor reading holds more than a piece of them in memory. */
import { ResultNotStorable } from '../errors.ts'
import type { Serializer } from './serializer.ts'

/**
 * For tasks that return bytes: a Uint8Array, text, a Node stream, a web ReadableStream, or any (async) iterable of pieces. What callers get, and what a later
 * run gets, is a `StoredBytes`, which is read from the store as often as somebody needs it.
 */
export const bytesSerializer: Serializer = {
  name: 'bytes',
  streams: true,
  serialize(value) {
    if (typeof value === 'string' || value instanceof Uint8Array) return value
    if (typeof value === 'object' && value !== null && (Symbol.asyncIterator in value || Symbol.iterator in value))
      return checkPieces(value as AsyncIterable<unknown>)
    throw new ResultNotStorable('result', `no bytes but ${value === null ? 'null' : `of type ${typeof value}`}`, HINT)
  },
  deserialize: (content) => content,
}

const HINT = 'Return a Uint8Array, text, or a stream of them; other values need another serializer.'

async function* checkPieces(pieces: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  let at = 0
  for await (const piece of pieces) {
    if (typeof piece === 'string') yield Buffer.from(piece)
    else if (piece instanceof Uint8Array) yield piece
    else throw new ResultNotStorable(`piece ${at} of the result`, `no bytes but of type ${typeof piece}`, HINT)
    at++
  }
}
