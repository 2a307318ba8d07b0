/** `results`: reading stored values by the reference that a state carries. */
import { UsageError } from '../errors.ts'
import type { ResultReference, ResultStore } from './result-store.ts'
import { resolveResults } from './result-settings.ts'
import { readResult } from './read-result.ts'
import type { Serializer } from './serializers/serializer.ts'

/** Values that runs have stored. */
export const results = {
  /**
   * The value behind a reference, as in `state.details.result`. Looks in the default store unless it is told another.
   * Throws ResultMissing, ResultCorrupt, ResultStoreFailed, or UsageError for what is no reference.
   */
  async read<T = unknown>(reference: ResultReference, where: { store?: ResultStore; serializer?: Serializer } = {}): Promise<T> {
    const { type, reference: address } = Object(reference) as Partial<ResultReference>
    if (typeof type !== 'string' || typeof address !== 'string')
      throw new UsageError(
        `results.read needs a reference, { type, reference }, and got ${typeof reference === 'object' ? 'another object' : typeof reference}`,
        'It is state.details.result of a state: await etl.run(parameters, { returnState: true }).',
      )
    return (await readResult(resolveResults(where, null) as NonNullable<ReturnType<typeof resolveResults>>, reference)) as T
  },
}
