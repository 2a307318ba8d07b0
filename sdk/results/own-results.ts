/**
 * Stores and serializers of authors, which are code and cannot be sent: a thread finds its own ones, made by the modules that it has loaded. A store is the
 * same one when it gives a key the same reference, which finds it in every process; a serializer when it has the same name, which stands in what it wrote.
 */
import type { ResultStore } from './result-store.ts'
import { findSerializer, serializers } from './serializers/index.ts'
import type { Serializer } from './serializers/serializer.ts'
import { descriptions } from './store-descriptions.ts'

const KEY = Symbol.for('weirflow.own-results')

interface OwnResults {
  stores: Set<ResultStore>
  serializers: Map<string, Serializer>
}

/** What flows and tasks of this thread have named; shared by all copies of the package. */
const named: OwnResults = ((globalThis as { [KEY]?: OwnResults })[KEY] ??= { stores: new Set(), serializers: new Map() })

/** Of stores that are made again and again (inside functions) only the first ones are kept. */
const KEPT = 64
const PROBE = 'probe'

/** What a flow or task says of its results: the code among it can be found here from now on. The first of a name or a place stays. */
export function nameOwn({ store, serializer }: { store?: ResultStore | undefined; serializer?: Serializer | undefined }): void {
  if (store && !descriptions.has(store) && named.stores.size < KEPT) named.stores.add(store)
  if (serializer && !isOurs(serializer) && named.serializers.size < KEPT && !named.serializers.has(serializer.name))
    named.serializers.set(serializer.name, serializer)
}

/** Found again by its name. */
export function isOurs(serializer: Serializer): boolean {
  const { name } = serializer
  if (name.includes('+')) return findSerializer(name, serializers.json) !== null
  return [serializers.json, serializers.structuredClone, serializers.bytes].includes(serializer)
}

/** Finds the store again where it was named, too; null for one that does not say where anything is. */
export function probeOf(store: ResultStore): string | null {
  try {
    return store.locate(PROBE)
  } catch {
    return null
  }
}

export const findStore = (probe: string): ResultStore | null => [...named.stores].find((store) => probeOf(store) === probe) ?? null

export const findOwnSerializer = (name: string): Serializer | null => named.serializers.get(name) ?? null
