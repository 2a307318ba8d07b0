/**
 * Where results are, as plain data: so that a thread of the process makes the same settings again. Stores and serializers of an author's own are code, which
 * cannot be sent: they are found where the thread's own modules have named them (own-results.ts), else what needs one there is refused.
 */
import { localFiles } from './local-files.ts'
import { findOwnSerializer, findStore, isOurs, probeOf } from './own-results.ts'
import type { ResultSettings } from './result-settings.ts'
import type { ResultStore } from './result-store.ts'
import { s3, type S3Options } from './s3/s3.ts'
import { findSerializer, serializers } from './serializers/index.ts'
import { descriptions } from './store-descriptions.ts'
import { UnreachableStore } from './unreachable-store.ts'

/** One of the stores of this package, or by its probe one of an author's own. */
export type DescribedStore = { kind: 'files'; folder: string } | { kind: 's3'; options: S3Options } | { kind: 'own'; probe: string }

/** Settings on their way; `problem`: why they cannot be made again elsewhere. `isOwn`: the serializer is the author's. */
export type DescribedResults = { store: DescribedStore; serializer: string; isOwn: boolean } | { problem: string }

const UNKNOWN_STORE =
  'the results of its flow are in a store that cannot be sent to a thread (one of your own, or s3 with a function for credentials), and the modules which the thread loads name none of the same place'

/** Never throws. */
export function describeResults({ store, serializer }: ResultSettings): DescribedResults {
  if (store instanceof UnreachableStore) return { problem: store.reason.message }
  const described = describeStore(store)
  if (!described) return { problem: UNKNOWN_STORE }
  return { store: described, serializer: serializer.name, isOwn: !isOurs(serializer) }
}

/** Null for a store of an author's own that cannot be found again. */
export function describeStore(store: ResultStore): DescribedStore | null {
  const described = descriptions.get(store) as DescribedStore | undefined
  if (described) return described
  const probe = probeOf(store)
  return probe === null ? null : { kind: 'own', probe }
}

/** A store of the same place; one that refuses when it is used, where nobody here has named it. */
export function reviveStore(described: DescribedStore): ResultStore {
  if (described.kind === 'files') return localFiles(described.folder)
  if (described.kind === 's3') return s3(described.options)
  return findStore(described.probe) ?? new UnreachableStore(UNKNOWN_STORE)
}

/** Settings that say the same; unreachable ones refuse when they are used. */
export function reviveResults(described: DescribedResults): ResultSettings {
  if ('problem' in described) return { store: new UnreachableStore(described.problem), serializer: serializers.json }
  const { store, serializer: name, isOwn } = described
  const serializer = isOwn ? findOwnSerializer(name) : findSerializer(name, serializers.json)
  if (serializer) return { store: reviveStore(store), serializer }
  const problem = `the results of its flow are written by the serializer "${name}", which cannot be sent to a thread, and the modules which the thread loads name none of that name`
  return { store: new UnreachableStore(problem), serializer: serializers.json }
}
