/** `results`: reading stored values by the reference that a state carries. */
import type { ResultStore } from './result-store.ts'
import { resolveResults } from './result-settings.ts'
import { readResult } from './read-result.ts'
import type { Serializer } from './serializers/serializer.ts'
import type { ResultReference } from './store-result.ts'

export const results = {
  /**
   * The value behind a reference, as in `state.details.result`. Looks in the default store unless it is told another.
   * Throws ResultMissing, ResultCorrupt or ResultStoreFailed.
   */
  read<T = unknown>(reference: ResultReference, where: { store?: ResultStore; serializer?: Serializer } = {}): Promise<T> {
    return readResult(resolveResults(where, null) as NonNullable<ReturnType<typeof resolveResults>>, reference) as Promise<T>
  },
}
