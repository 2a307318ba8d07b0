/**
 * Values that stand for other values: `{ "$variable": "name" }`, `{ "$block": "type/name.field" }`. They may stand anywhere in parameters and job variables.
 * The record keeps and shows the reference; the runner puts the value in its place.
 */
import { BLOCK_NAME_EXPECTED, type BlockName, parseBlockName } from './blocks/names.ts'
import type { JsonObject, JsonValue } from './json-value.ts'

export type Reference =
  | { kind: 'variable'; name: string }
  /** No field = the whole of the block's data. */
  | { kind: 'block'; block: BlockName; field: string[] }

/** A reference and its place, as steps from the outside. */
export interface FoundReference {
  path: string[]
  reference: Reference
}

/** What looks like a reference and names nothing, with its place. */
export interface BrokenReference {
  path: string[]
  message: string
}

const VARIABLE = /^[a-z0-9_-]{1,255}$/

/** All references in a value. An object that has more than the one key is data. */
export function findReferences(value: unknown): { references: FoundReference[]; broken: BrokenReference[] } {
  const references: FoundReference[] = []
  const broken: BrokenReference[] = []
  const look = (inner: unknown, path: string[], depth: number): void => {
    if (typeof inner !== 'object' || inner === null || depth > 100) return
    if (Array.isArray(inner)) {
      for (const [index, item] of inner.entries()) look(item, [...path, String(index)], depth + 1)
      return
    }
    const read = readReference(inner)
    if (read === null) for (const [key, item] of Object.entries(inner)) look(item, [...path, key], depth + 1)
    else if (typeof read === 'string') broken.push({ path, message: read })
    else references.push({ path, reference: read })
  }
  look(value, [], 0)
  return { references, broken }
}

/** The reference that an object is, null when it is data, or what is wrong with it. */
function readReference(value: object): Reference | string | null {
  const [key, ...more] = Object.keys(value)
  if (more.length > 0 || (key !== '$variable' && key !== '$block')) return null
  const target: unknown = (value as JsonObject)[key]
  const shown = JSON.stringify(target)?.slice(0, 100) ?? 'nothing'
  if (key === '$variable') {
    return typeof target === 'string' && VARIABLE.test(target)
      ? { kind: 'variable', name: target }
      : `"$variable" must name a variable, and is ${shown}`
  }
  const [name = '', ...field] = typeof target === 'string' ? target.split('.') : []
  const block = parseBlockName(name)
  if (block && !field.includes('')) return { kind: 'block', block, field }
  return `"$block" must be type/name or type/name.field, each ${BLOCK_NAME_EXPECTED}, and is ${shown}`
}

/** A copy with other values at these places. Only what lies on the way is copied. */
export function replaceAtPaths(value: unknown, replacements: readonly { path: readonly string[]; value: JsonValue }[]): unknown {
  let replaced = value
  for (const { path, value: inner } of replacements) replaced = putAt(replaced, path, inner)
  return replaced
}

function putAt(value: unknown, [step, ...rest]: readonly string[], inner: JsonValue): unknown {
  if (step === undefined) return inner
  if (Array.isArray(value)) return value.map((item, index) => (String(index) === step ? putAt(item, rest, inner) : item))
  const entries = Object.entries(value as object).map(([key, item]) => [key, key === step ? putAt(item, rest, inner) : item] as const)
  return Object.fromEntries(entries)
}
