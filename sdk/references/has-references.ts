/** Whether and where a value refers to others. Apart from their resolution, because a worker asks it and resolves nothing. */
import type { JsonObject, JsonValue } from '../../core/json-value.ts'
import { findReferences } from '../../core/references.ts'

/** Broken ones count: whoever resolves them says so. */
export function hasReferences(value: unknown): boolean {
  const { references, broken } = findReferences(value)
  return references.length > 0 || broken.length > 0
}

/** An object without what refers to others in it; of objects inside of it the same. */
export function withoutReferences(value: JsonObject): JsonObject {
  const isPlain = (item: JsonValue): item is JsonObject => typeof item === 'object' && item !== null && !Array.isArray(item)
  const entries = Object.entries(value).map(([key, item]): [string, JsonValue] => [key, isPlain(item) ? withoutReferences(item) : item])
  return Object.fromEntries(entries.filter(([, item]) => !hasReferences(item)))
}
