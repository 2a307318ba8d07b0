/** What a serializer gives, as pieces of bytes. */

/** Text becomes UTF-8. */
export async function* toPieces(serialized: Uint8Array | string | AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (typeof serialized === 'string') yield Buffer.from(serialized)
  else if (serialized instanceof Uint8Array) yield serialized
  else yield* serialized
}
