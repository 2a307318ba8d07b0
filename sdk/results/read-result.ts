/** Reads a stored result by its reference: in the same process, or years later in another one. */
import { messageOf, WeirError } from '../errors.ts'
import { ResultCorrupt, ResultMissing, ResultStoreFailed } from './errors.ts'
import { freePieces } from './free-pieces.ts'
import type { ResultSettings } from './result-settings.ts'
import type { ResultReference, ResultStore } from './result-store.ts'
import { findSerializer } from './serializers/index.ts'
import { type Serializer, toStoredContent } from './serializers/serializer.ts'
import { StoredBytes } from './stored-bytes.ts'
import { type ResultHeader, unframeResult } from './stored-result.ts'

/**
 * Gives the value. Throws ResultMissing when there is none or when the reference is of another store, ResultCorrupt when it is not as it was written,
 * ResultStoreFailed when the store fails.
 */
export async function readResult({ store, serializer: own }: ResultSettings, { type, reference }: ResultReference): Promise<unknown> {
  const key = store.keyOf(reference)
  if (key === null) throw new ResultMissing(reference, 'it belongs to another store than the one it is looked for in')
  const serializer = findSerializer(type, own)
  if (!serializer) {
    throw new ResultMissing(reference, `it was written by the serializer "${type}", which is not known here`, {
      hint: 'Read it with the serializer it was written with: results: { serializer }.',
    })
  }
  return readOpened(await openResult(store, key, reference), serializer, { store, key, reference })
}

/**
 * What is stored under a key, with its reference and whose it says it is; null when there is nothing, or nothing whole: what a dying process left
 * half-written was never finished, and what an unknown serializer wrote nobody can read. Throws ResultStoreFailed.
 */
export async function findStoredResult(
  { store, serializer: own }: ResultSettings,
  key: string,
): Promise<{ value: unknown; reference: ResultReference; header: ResultHeader } | null> {
  const reference = store.locate(key)
  try {
    const opened = await openResult(store, key, reference)
    const { header } = opened
    const serializer = findSerializer(header.serializer, own)
    if (serializer) {
      const value = await readOpened(opened, serializer, { store, key, reference })
      return { value, reference: { type: header.serializer, reference }, header }
    }
    await opened.close()
    return null
  } catch (error) {
    if (error instanceof ResultMissing || error instanceof ResultCorrupt) return null
    throw error
  }
}

type Opened = Awaited<ReturnType<typeof unframeResult>>

async function openResult(store: ResultStore, key: string, reference: string): Promise<Opened> {
  const stored = await store.read(key).catch((error: unknown) => {
    throw error instanceof WeirError ? error : new ResultStoreFailed(`the result at ${reference} cannot be read`, error)
  })
  if (stored === null) throw new ResultMissing(reference, 'there is nothing')
  return unframeResult(reference, freePieces(blameStore(stored, reference)))
}

/** Keeps what goes wrong on the way apart from what is wrong with the content. */
async function* blameStore(stored: AsyncIterable<Uint8Array>, reference: string): AsyncGenerator<Uint8Array> {
  try {
    yield* stored
  } catch (error) {
    throw error instanceof WeirError ? error : new ResultStoreFailed(`the result at ${reference} cannot be read`, error)
  }
}

/** Where a result lies. */
interface Place {
  store: ResultStore
  key: string
  reference: string
}

/** Streams are read when somebody needs them. */
async function readOpened(opened: Opened, serializer: Serializer, place: Place): Promise<unknown> {
  if (!serializer.streams) return decode(serializer, place.reference, opened)
  await opened.close()
  return new StoredBytes(place.reference, () => reopen(place, serializer))
}

async function decode(serializer: Serializer, reference: string, { content, close }: Opened): Promise<unknown> {
  let value: unknown
  try {
    value = await serializer.deserialize(toStoredContent(content))
    // A serializer may have had enough before the checksum.
    for await (const _ of content);
  } catch (error) {
    if (error instanceof WeirError) throw error
    throw new ResultCorrupt(reference, `the serializer "${serializer.name}" cannot read it (${messageOf(error)})`, { cause: error })
  } finally {
    await close()
  }
  return value
}

async function* reopen({ store, key, reference }: Place, serializer: Serializer): AsyncGenerator<Uint8Array> {
  const { content, close } = await openResult(store, key, reference)
  try {
    yield* serializer.deserialize(toStoredContent(content)) as AsyncIterable<Uint8Array>
  } finally {
    await close()
  }
}
