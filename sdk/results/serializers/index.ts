/** The serializers that authors name, and finding one by the name that a result carries. */
import { bytesSerializer } from './bytes.ts'
import { compressed, type Compression } from './compressed.ts'
import { jsonSerializer } from './json.ts'
import type { Serializer } from './serializer.ts'
import { structuredCloneSerializer } from './structured-clone.ts'

/** Given as `results: { serializer }`. */
export const serializers = {
  /** The default: JSON that keeps Map, Set, Date, bigint, undefined, NaN, typed arrays and the like. */
  json: jsonSerializer,
  /** V8's format: cycles and shared parts, too; for Node only. */
  structuredClone: structuredCloneSerializer,
  /** Bytes, streamed. */
  bytes: bytesSerializer,
  /** Another one, made smaller. */
  compressed,
} as const

/** The one that wrote a result: the author's own of this name, else one of ours; null when there is none. */
export function findSerializer(name: string, own: Serializer): Serializer | null {
  if (name === own.name) return own
  const [inner = '', ...methods] = name.split('+')
  const base = [jsonSerializer, structuredCloneSerializer, bytesSerializer, own].find((serializer) => serializer.name === inner)
  if (!base || methods.some((method) => method !== 'zstd' && method !== 'gzip')) return null
  return methods.reduce((serializer, method) => compressed(serializer, { method: method as Compression }), base)
}
