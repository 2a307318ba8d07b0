/** Another serializer's bytes, made smaller on the way. */
import { jsonSerializer } from './json.ts'
import { type Serializer, toStoredContent } from './serializer.ts'
import { toPieces } from './to-pieces.ts'

/** Loaded when it is needed: flows that store nothing do not pay for it. */
const zlib = () => process.getBuiltinModule('node:zlib')

const METHODS = {
  zstd: { compress: () => zlib().createZstdCompress(), decompress: () => zlib().createZstdDecompress() },
  gzip: { compress: () => zlib().createGzip(), decompress: () => zlib().createGunzip() },
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
  const { Readable } = process.getBuiltinModule('node:stream')
  const source = Readable.from(content, { objectMode: false })
  const out = source.compose(transform)
  try {
    for await (const piece of out) yield piece as Uint8Array
  } finally {
    source.destroy()
  }
}
