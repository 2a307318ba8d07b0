/**
 * What a stored result looks like: a line of JSON that says what it is, the serializer's bytes, and a line with the SHA-256 of both. The checksum is last,
 * so that writing and reading need one pass and no memory. Whoever reads to the end has seen all of it or gets ResultCorrupt.
 */
import { createHash } from 'node:crypto'
import { ResultCorrupt } from './errors.ts'

/** First line. Never anything of the value. */
export interface ResultHeader {
  /** Version of this layout. */
  weir: 1
  /** Name of the serializer. */
  serializer: string
  /** Milliseconds since 1970. */
  createdAt: number
  /** Null outside of flows. */
  flowRunId: string | null
  /** Null for the result of a flow. */
  taskRunId: string | null
}

const NEWLINE = 10
/** A line break, 64 digits, a line break. */
const FOOTER = 66
const LONGEST_HEADER = 4_096
/** Small results are one piece: one write. What is larger goes on as it comes. */
const WHOLE = 262_144

/** The pieces to be written. */
export async function* frameResult(header: ResultHeader, content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256')
  const head = Buffer.from(`${JSON.stringify(header)}\n`)
  hash.update(head)
  const waiting: Uint8Array[] = [head]
  let size = head.length
  for await (const piece of content) {
    hash.update(piece)
    size += piece.byteLength
    waiting.push(piece)
    if (size > WHOLE) yield* waiting.splice(0)
  }
  yield Buffer.concat([...waiting, Buffer.from(`\n${hash.digest('hex')}\n`)])
}

/** Reads the first line and gives the rest, which checks itself while it is read. `close` when no more of it is wanted. Throws ResultCorrupt. */
export async function unframeResult(
  reference: string,
  stored: AsyncIterable<Uint8Array>,
): Promise<{ header: ResultHeader; content: AsyncGenerator<Uint8Array>; close: () => Promise<void> }> {
  const pieces = stored[Symbol.asyncIterator]()
  let head = Buffer.alloc(0)
  let end = -1
  try {
    while (end < 0 && head.length <= LONGEST_HEADER) {
      const { done, value } = await pieces.next()
      if (done) break
      head = Buffer.concat([head, value])
      end = head.indexOf(NEWLINE)
    }
    if (end < 0) throw new ResultCorrupt(reference, head.length === 0 ? 'it is empty' : 'it does not begin as a result does')
    const header = readHeader(reference, head.subarray(0, end))
    return {
      header,
      content: checkContent(reference, head.subarray(0, end + 1), head.subarray(end + 1), pieces),
      // A generator that was never asked for its first piece would not run its `finally`.
      close: async () => void (await pieces.return?.()),
    }
  } catch (error) {
    await pieces.return?.()
    throw error
  }
}

function readHeader(reference: string, line: Buffer): ResultHeader {
  let header: Partial<ResultHeader> | null = null
  try {
    header = JSON.parse(line.toString('utf8')) as Partial<ResultHeader>
  } catch {}
  if (typeof header !== 'object' || header === null || typeof header.serializer !== 'string')
    throw new ResultCorrupt(reference, 'it does not begin as a result does')
  if (header.weir !== 1) throw new ResultCorrupt(reference, `it has version ${String(header.weir)}, and this version of weirflow reads version 1`)
  return header as ResultHeader
}

/** Everything but the last line, which is held back until the end is known. */
async function* checkContent(reference: string, head: Buffer, first: Buffer, pieces: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256').update(head)
  let kept: Uint8Array = Buffer.alloc(0)
  for (let piece: Uint8Array = first; ; ) {
    // Large pieces are handed on as they are; only what is held back is copied.
    const whole: Uint8Array[] = piece.byteLength >= FOOTER ? [kept, piece] : [Buffer.concat([kept, piece])]
    kept = Buffer.from((whole.at(-1) as Uint8Array).subarray(-FOOTER))
    whole.push((whole.pop() as Uint8Array).subarray(0, -FOOTER))
    for (const part of whole) {
      if (part.byteLength === 0) continue
      hash.update(part)
      yield part
    }
    const { done, value } = await pieces.next()
    if (done) break
    piece = value
  }
  const checksum = /^\n([0-9a-f]{64})\n$/.exec(Buffer.from(kept).toString('latin1'))?.[1]
  if (checksum === undefined) throw new ResultCorrupt(reference, 'its end is missing')
  if (checksum !== hash.digest('hex')) throw new ResultCorrupt(reference, 'its checksum does not fit')
}
