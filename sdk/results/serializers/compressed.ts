/** Another serializer's bytes, made smaller on the way. */
import { Readable } from 'node:stream'
import { createGunzip, createGzip, createZstdCompress, createZstdDecompress } from 'node:zlib'
import { jsonSerializer } from './json.ts'
import { type Serializer, toStoredContent } from './serializer.ts'
import { toPieces } from './to-pieces.ts'

const METHODS = {
  zstd: { compress: createZstdCompress, decompress: createZstdDecompress },
  gzip: { compress: createGzip, decompress: createGunzip },
}

/** How it is made smaller: `zstd` (the default: quicker and smaller) or `gzip` (read by everything). */
export type Compression = keyof typeof METHODS

/** Wraps `inner`, JSON by default. Values that stream stay streams. */
export function compressed(inner: Serializer = jsonSerializer, { method = 'zstd' }: { method?: Compression } = {}): Serializer {
  const { compress, decompress } = METHODS[method]
  const serializer: Serializer = {
    name: `${inner.name}+${method}`,
    serialize: (value) => through(toPieces(inner.serialize(value)), compress()),
    deserialize: (content) => inner.deserialize(toStoredContent(through(content, decompress()))),
  }
  return inner.streams ? { ...serializer, streams: true } : serializer
}

/** Pieces of what comes out; an error on either side ends both. */
async function* through(content: AsyncIterable<Uint8Array>, transform: NodeJS.ReadWriteStream): AsyncGenerator<Uint8Array> {
  const source = Readable.from(content, { objectMode: false })
  const out = source.compose(transform)
  try {
    for await (const piece of out) yield piece as Uint8Array
  } finally {
    source.destroy()
  }
}
