/**
 * Memory of pieces that have passed. It lies outside of V8's heap, where 64 MB and more of it pile up before anything is collected, however soon each piece
 * was let go of. So a large result asks for a young collection, a millisecond or two, each time that so much of it has passed.
 */

/** Bytes between two collections. */
const BETWEEN = 8 * 1_048_576

type Collect = (options: { type: 'minor' }) => void
let collect: Collect | null = null

/** Made when the first large result passes: without the flag of the command line, only a context that is made after it has it. */
function collector(): Collect {
  if (collect) return collect
  const { setFlagsFromString } = process.getBuiltinModule('node:v8')
  setFlagsFromString('--expose-gc')
  const made: unknown = process.getBuiltinModule('node:vm').runInNewContext('globalThis.gc')
  setFlagsFromString('--no-expose-gc')
  collect = typeof made === 'function' ? (made as Collect) : () => {}
  return collect
}

/** The same pieces. */
export async function* freePieces(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let passed = 0
  for await (const piece of content) {
    passed += piece.byteLength
    yield piece
    if (passed < BETWEEN) continue
    passed = 0
    collector()({ type: 'minor' })
  }
}
