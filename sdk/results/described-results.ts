/**
 * Where results are, as plain data: so that a thread of the process makes the same settings again. Stores and serializers of an author's own are code, which
 * cannot be sent; what needs one there is refused.
 */
import { localFiles } from './local-files.ts'
import type { ResultSettings } from './result-settings.ts'
import type { ResultStore } from './result-store.ts'
import { s3, type S3Options } from './s3/s3.ts'
import { findSerializer, serializers } from './serializers/index.ts'
import type { Serializer } from './serializers/serializer.ts'
import { descriptions } from './store-descriptions.ts'
import { UnreachableStore } from './unreachable-store.ts'

/** One of the stores of this package. */
export type DescribedStore = { kind: 'files'; folder: string } | { kind: 's3'; options: S3Options }

/** Settings on their way; `problem`: why they cannot be made again elsewhere. */
export type DescribedResults = { store: DescribedStore; serializer: string } | { problem: string }

/** Never throws. */
export function describeResults({ store, serializer }: ResultSettings): DescribedResults {
  if (store instanceof UnreachableStore) return { problem: store.reason.message }
  const described = describeStore(store)
  if (!described)
    return {
      problem: 'the results of its flow are in a store that cannot be sent to a thread: one of your own, or s3 with a function for credentials',
    }
  if (!isOurs(serializer))
    return { problem: `the results of its flow are written by the serializer "${serializer.name}", which cannot be sent to a thread` }
  return { store: described, serializer: serializer.name }
}

/** Null for a store of an author's own. */
export const describeStore = (store: ResultStore): DescribedStore | null => (descriptions.get(store) as DescribedStore | undefined) ?? null

/** A store of the same place. */
export const reviveStore = (described: DescribedStore): ResultStore =>
  described.kind === 'files' ? localFiles(described.folder) : s3(described.options)

/** Settings that say the same; unreachable ones refuse when they are used. */
export function reviveResults(described: DescribedResults): ResultSettings {
  if ('problem' in described) return { store: new UnreachableStore(described.problem), serializer: serializers.json }
  return {
    store: reviveStore(described.store),
    serializer: findSerializer(described.serializer, serializers.json) ?? serializers.json,
  }
}

/** Found again by its name. */
function isOurs(serializer: Serializer): boolean {
  const { name } = serializer
  if (name.includes('+')) return findSerializer(name, serializers.json) !== null
  return [serializers.json, serializers.structuredClone, serializers.bytes].includes(serializer)
}
