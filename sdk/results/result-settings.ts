/** Whether results are stored, where and how: said by a flow, by a task, or by the flow around it. */
import { join } from 'node:path'
import { checkKeys } from '../check-options.ts'
import { homeOf } from '../client/settings.ts'
import { UsageError } from '../errors.ts'
import { localFiles } from './local-files.ts'
import { nameOwn } from './own-results.ts'
import { s3 } from './s3/s3.ts'
import { isResultStore, type ResultStore } from './result-store.ts'
import { isSerializer, type Serializer } from './serializers/serializer.ts'
import { jsonSerializer } from './serializers/json.ts'

/**
 * - `true`: stored where the calling flow's are, else in the default store.
 * - `false`: not stored; the value lives as long as the process.
 * - a store, or `{ store, serializer }`: there, and so.
 */
export type Results =
  | boolean
  | ResultStore
  | {
      /** Left out: that of the flow around it, else the default store. */
      store?: ResultStore
      /** Left out: that of the flow around it, else JSON. */
      serializer?: Serializer
    }

/** Where and how, decided. */
export interface ResultSettings {
  readonly store: ResultStore
  readonly serializer: Serializer
}

/** Throws UsageError for anything else. Undefined = as the flow around it does. */
export function checkResults(results: Results | undefined, owner: string): Results | undefined {
  if (results === undefined || typeof results === 'boolean') return results
  if (isResultStore(results)) {
    nameOwn({ store: results })
    return results
  }
  if (typeof results !== 'object' || results === null)
    throw new UsageError(`results of ${owner} must be true, false, a store or { store, serializer }, and is ${String(results)}`)
  checkKeys(results, ['store', 'serializer'], `results of ${owner}`)
  const { store, serializer } = results as { store?: unknown; serializer?: unknown }
  if (store !== undefined && !isResultStore(store))
    throw new UsageError(`results.store of ${owner} must be a store with write, read, delete, locate and keyOf`, 'For example localFiles(folder).')
  if (serializer !== undefined && !isSerializer(serializer))
    throw new UsageError(
      `results.serializer of ${owner} must have a name of a-z 0-9 + . _ -, serialize and deserialize`,
      'For example serializers.json.',
    )
  nameOwn({ store, serializer })
  return results
}

/** What holds for a run, given what its flow or task says and what holds around it. Null = nothing is stored. */
export function resolveResults(own: Results | undefined, around: ResultSettings | null): ResultSettings | null {
  if (own === undefined) return around
  if (own === false) return null
  const { store, serializer } = own === true ? {} : isResultStore(own) ? { store: own } : own
  return { store: store ?? around?.store ?? defaultResultStore(), serializer: serializer ?? around?.serializer ?? jsonSerializer }
}

/** WEIR_RESULTS: a folder, or `s3://bucket/prefix` with the AWS_* variables; by default `results` in WEIR_HOME. Throws UsageError for no bucket. */
export function defaultResultStore(env: NodeJS.ProcessEnv = process.env): ResultStore {
  const place = env['WEIR_RESULTS'] || join(homeOf(env), 'results')
  if (!place.startsWith('s3://')) return localFiles(place)
  const [bucket = '', ...prefix] = place.slice('s3://'.length).replace(/\/$/, '').split('/')
  return s3({ bucket, prefix: prefix.join('/') })
}
