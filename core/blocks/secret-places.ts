/**
 * Where secrets stand in a block. A JSON Schema marks a secret field with `writeOnly: true`, which is what the word means: it can be set, and not read back.
 *
 * 1. What any branch of the schema marks is secret, whichever branch the value matches.
 * 2. A mark that could not be followed to a value (behind `not`, or a reference to another document) is a problem of the schema, never a secret in clear.
 */
import type { JsonObject, JsonValue } from '../json-value.ts'

/** Stands for a secret wherever a block is shown. */
export const HIDDEN = '********'

/** JSON pointers of the values that the schema marks, in the order of the data. Null is no secret. */
export function secretPlaces(schema: JsonValue, data: JsonValue): string[] {
  const places = new Set<string>()
  walk({ schema, root: schema, value: data, pointer: '', refs: [] }, places)
  return [...places]
}

/**
 * The same, and the values that stand in place of something in which secrets are marked: a text where a list of them is expected. What is wrong with data is
 * told without these.
 */
export function placesNotTold(schema: JsonValue, data: JsonValue): string[] {
  const places = new Set<string>()
  walk({ schema, root: schema, value: data, pointer: '', refs: [], misfits: true }, places)
  return [...places]
}

interface Step {
  schema: JsonValue | undefined
  root: JsonValue
  value: JsonValue
  pointer: string
  /** References followed at this value already. */
  refs: readonly string[]
  /** Whether values of another type than one that has secrets in it are places, too. */
  misfits?: boolean
}

function walk(step: Step, places: Set<string>): void {
  const { schema, root, value, pointer, refs } = step
  if (!isObject(schema) || value === null) return
  if (schema['writeOnly'] === true) {
    places.add(pointer)
    return
  }
  if (step.misfits && !isOfType(schema['type'], value) && fieldsIn(schema, root).length > 0) places.add(pointer)
  const here = (inner: JsonValue | undefined, more: readonly string[] = refs) => walk({ ...step, schema: inner, refs: more }, places)
  const ref = schema['$ref']
  if (typeof ref === 'string' && !refs.includes(ref)) here(follow(root, ref), [...refs, ref])
  for (const keyword of BRANCHES) for (const branch of listOf(schema[keyword])) here(branch)
  for (const keyword of CONDITIONS) here(schema[keyword])
  const inside = (key: string, inner: JsonValue, schemas: (JsonValue | undefined)[]) => {
    for (const one of schemas) walk({ ...step, schema: one, value: inner, pointer: `${pointer}/${escapePart(key)}`, refs: [] }, places)
  }
  if (Array.isArray(value)) for (const [index, inner] of value.entries()) inside(String(index), inner, ofItem(schema, index))
  else if (isObject(value)) for (const [key, inner] of Object.entries(value)) inside(key, inner, ofProperty(schema, key))
}

/** As the keyword `type` says it; without one anything is. */
function isOfType(type: JsonValue | undefined, value: JsonValue): boolean {
  const types = typeof type === 'string' ? [type] : listOf(type)
  const own = Array.isArray(value) ? 'array' : typeof value
  return types.length === 0 || types.includes(own) || (own === 'number' && types.includes('integer'))
}

const BRANCHES = ['allOf', 'anyOf', 'oneOf']
const CONDITIONS = ['then', 'else']

function ofItem(schema: JsonObject, index: number): (JsonValue | undefined)[] {
  const items = schema['items']
  const tuple = listOf(schema['prefixItems'] ?? (Array.isArray(items) ? items : undefined))
  if (index < tuple.length) return [tuple[index]]
  return [Array.isArray(items) ? schema['additionalItems'] : items]
}

function ofProperty(schema: JsonObject, key: string): (JsonValue | undefined)[] {
  const properties = schema['properties']
  const patterns = isObject(schema['patternProperties']) ? Object.entries(schema['patternProperties']) : []
  const found = [
    ...(isObject(properties) && Object.hasOwn(properties, key) ? [properties[key]] : []),
    ...patterns.filter(([pattern]) => matches(pattern, key)).map(([, one]) => one),
  ]
  return found.length > 0 ? found : [schema['additionalProperties']]
}

function matches(pattern: string, key: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(key)
  } catch {
    // Not a pattern we can read: what it may be about counts as meant.
    return true
  }
}

/** What of a schema keeps marks from being found: sentences, each naming the place in the schema. Empty = none. */
export function secretMarkProblems(schema: JsonValue): string[] {
  const problems: string[] = []
  const look = (part: JsonValue | undefined, place: string, reachable: boolean): void => {
    if (Array.isArray(part)) for (const [index, one] of part.entries()) look(one, `${place}/${index}`, reachable)
    if (!isObject(part)) return
    const ref = part['$ref']
    if (typeof ref === 'string' && !isLocal(ref))
      problems.push(`${place}/$ref: expected a reference within the schema (#/…), got ${JSON.stringify(ref)}`)
    else if (typeof ref === 'string' && follow(schema, ref) === undefined) problems.push(`${place}/$ref: ${JSON.stringify(ref)} leads nowhere`)
    if (part['$dynamicRef'] !== undefined) problems.push(`${place}/$dynamicRef: cannot be followed; use $ref`)
    if (part['writeOnly'] === true && place === '#') problems.push('#: the whole block cannot be one secret; mark its fields')
    else if (part['writeOnly'] === true && !reachable)
      problems.push(`${place}: a secret cannot be marked here, because no value can be told to be meant by it`)
    for (const [keyword, inner] of Object.entries(part)) {
      if (VALUES.has(keyword)) continue
      const at = `${place}/${keyword}`
      const follows = reachable && !UNFOLLOWED.has(keyword)
      if (MAPS.has(keyword) && isObject(inner)) for (const [key, one] of Object.entries(inner)) look(one, `${at}/${key}`, follows)
      else look(inner, at, follows)
    }
  }
  look(schema, '#', true)
  return problems
}

/** Keywords whose content is data. */
const VALUES = new Set(['const', 'enum', 'default', 'examples'])
/** Keywords whose content is schemas by name. */
const MAPS = new Set(['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas'])
/** Keywords that `secretPlaces` does not follow. */
const UNFOLLOWED = new Set([
  'not',
  'if',
  'contains',
  'dependentSchemas',
  'dependencies',
  'propertyNames',
  'unevaluatedProperties',
  'unevaluatedItems',
])

/** Fields that a schema marks, for people: `password`, `tokens.*`, `pool.password`. */
export const secretFields = (schema: JsonValue): string[] => fieldsIn(schema, schema)

/** Those of a part of the schema `root`. */
function fieldsIn(schema: JsonValue, root: JsonValue): string[] {
  const fields = new Set<string>()
  const look = (part: JsonValue | undefined, field: string[], refs: readonly string[]): void => {
    if (!isObject(part)) return
    if (part['writeOnly'] === true) {
      fields.add(field.join('.'))
      return
    }
    const ref = part['$ref']
    if (typeof ref === 'string' && !refs.includes(ref)) look(follow(root, ref), field, [...refs, ref])
    for (const keyword of BRANCHES) for (const one of listOf(part[keyword])) look(one, field, refs)
    for (const keyword of CONDITIONS) look(part[keyword], field, refs)
    if (isObject(part['properties'])) for (const [key, one] of Object.entries(part['properties'])) look(one, [...field, key], refs)
    const items = Array.isArray(part['items']) ? part['items'] : [part['items']]
    const others = isObject(part['patternProperties']) ? Object.values(part['patternProperties']) : []
    for (const one of [...items, ...listOf(part['prefixItems']), part['additionalItems'], part['additionalProperties'], ...others])
      look(one, [...field, '*'], refs)
  }
  look(schema, [], [])
  return [...fields].sort()
}

/** The value at a JSON pointer; undefined when there is none. */
export const readAt = (data: JsonValue, pointer: string): JsonValue | undefined =>
  partsOf(pointer).reduce<JsonValue | undefined>((inside, part) => {
    if (Array.isArray(inside)) return /^\d+$/.test(part) ? inside[Number(part)] : undefined
    return isObject(inside) && Object.hasOwn(inside, part) ? inside[part] : undefined
  }, data)

/** A copy with other values at some JSON pointers; a pointer that leads nowhere is passed over. */
export function replaceAt<Data extends JsonValue>(data: Data, values: ReadonlyMap<string, JsonValue>): Data {
  const copy = JSON.parse(JSON.stringify(data)) as Data
  for (const [pointer, value] of values) {
    const parts = partsOf(pointer)
    const last = parts.pop()
    if (last === undefined) continue
    const parent = readAt(copy, parts.map((part) => `/${escapePart(part)}`).join(''))
    if (readAt(copy, pointer) === undefined) continue
    if (Array.isArray(parent)) parent[Number(last)] = value
    else if (isObject(parent)) Object.defineProperty(parent, last, { value, enumerable: true, writable: true, configurable: true })
  }
  return copy
}

/** A JSON pointer as people write it: `pool.password`. */
export const fieldOf = (pointer: string): string => partsOf(pointer).join('.')

/** The steps of a JSON pointer. */
export const partsOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))

const escapePart = (part: string): string => part.replaceAll('~', '~0').replaceAll('/', '~1')

const isLocal = (ref: string): boolean => ref === '#' || ref.startsWith('#/')

function follow(root: JsonValue, ref: string): JsonValue | undefined {
  if (!isLocal(ref)) return undefined
  try {
    return readAt(root, decodeURIComponent(ref.slice(1)))
  } catch {
    // A percent sign that begins no byte: a reference to nothing.
    return undefined
  }
}

const listOf = (value: JsonValue | undefined): JsonValue[] => (Array.isArray(value) ? value : [])

const isObject = (value: JsonValue | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value)
