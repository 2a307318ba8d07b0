/** Stores the value of one run and gives the reference that its state carries. */
import { now } from '../engine/clock.ts'
import { UsageError, WeirError } from '../errors.ts'
import { ResultStoreFailed } from './errors.ts'
import { freePieces } from './free-pieces.ts'
import { readResult } from './read-result.ts'
import type { ResultSettings } from './result-settings.ts'
import type { ResultReference } from './result-store.ts'
import { frameResult } from './stored-result.ts'
import { toPieces } from './serializers/to-pieces.ts'

/** What the record can hold of a reference. */
const LONGEST = 2_000

/** Whose result it is. */
export interface ResultOwner {
  flowRunId: string | null
  taskRunId: string | null
  /** Stored under this key in place of one that is made of the ids: for what has to be found again by a run that does not know them. */
  key?: string
}

/** The key of a run's result: one for each run, so that a later attempt takes the place of an earlier one. */
export const resultKey = ({ flowRunId, taskRunId, key }: ResultOwner): string => key ?? `runs/${flowRunId ?? 'none'}/${taskRunId ?? 'flow'}`

/**
 * Writes the value under the owner's key, `size` bytes of it. `value` is what callers get from now on: the same, or for streams what reading gives.
 * Throws ResultNotStorable for a value that the serializer cannot write, ResultStoreFailed when the store fails.
 */
export async function storeResult(
  settings: ResultSettings,
  value: unknown,
  owner: ResultOwner,
): Promise<{ reference: ResultReference; value: unknown; size: number }> {
  const { store, serializer } = settings
  const key = resultKey(owner)
  const located = store.locate(key)
  if (located.length > LONGEST)
    throw new UsageError(
      `the address of a result has ${located.length} characters, and at most ${LONGEST} can be`,
      'Shorten the folder or prefix of its store.',
    )
  const reference = { type: serializer.name, reference: located }
  // Serializing happens while the store writes: an error of the author's code must not look like one of the store.
  const authors = { threw: false, error: undefined as unknown }
  let size = 0
  async function* pieces() {
    try {
      for await (const piece of toPieces(serializer.serialize(value))) {
        size += piece.byteLength
        yield piece
      }
    } catch (error) {
      authors.threw = true
      authors.error = error
      throw error
    }
  }
  try {
    await store.write(
      key,
      frameResult(
        { weir: 1, serializer: serializer.name, createdAt: Math.floor(now()), flowRunId: owner.flowRunId, taskRunId: owner.taskRunId },
        freePieces(pieces()),
      ),
    )
  } catch (error) {
    if (authors.threw) throw authors.error
    throw error instanceof WeirError ? error : new ResultStoreFailed(`the result cannot be written to ${located}`, error)
  }
  return { reference, value: serializer.streams ? await readResult(settings, reference) : value, size }
}
