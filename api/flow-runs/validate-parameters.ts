/** Values against their JSON Schema: every mismatch with its place and what was expected there. Parameters of a flow, and data of a block. */
import { type OutputUnit, type Schema, type SchemaDraft, Validator } from '@cfworker/json-schema'
import type { JsonObject, JsonValue } from '../../core/json-value.ts'
import { findReferences } from '../../core/references.ts'
import { sizeOfJson } from '../check-input.ts'
import type { Issue } from '../errors.ts'
import { MAX_PARAMETER_BYTES } from './parameter-limit.ts'

/** Most issues that are told at once. */
const MOST_ISSUES = 20

/** Places that are not judged, or not shown, as others are. */
interface SpecialPlaces {
  undecided?: readonly string[]
  hidden?: readonly string[]
}

/** Empty when the parameters (or what else `what` says) fit. `path` is where they stand in the input. What stands for a reference is judged when the run has its value. */
export function validateParameters(schema: JsonObject, parameters: JsonObject, path: string[], what = 'the parameters'): Issue[] {
  const { references, broken } = findReferences(parameters)
  const undecided = references.map((reference) => formatPointer(reference.path))
  return [
    ...broken.map((one) => ({ path: [...path, ...one.path], message: one.message, expected: 'a reference' })),
    ...validateJson(schema, parameters, path, what, { undecided: [...undecided, ...broken.map((one) => formatPointer(one.path))] }),
  ].slice(0, MOST_ISSUES)
}

/**
 * Empty when the value fits. `what` is what it is called in the words of an issue: `the parameters`, `the answer`, `the data`. `undecided`: places (JSON
 * pointers) whose values are known later, so that nothing is wrong with them yet; `hidden`: places whose values are never shown.
 */
export function validateJson(schema: JsonObject, parameters: JsonValue, path: string[], what: string, special: SpecialPlaces = {}): Issue[] {
  let errors: OutputUnit[]
  try {
    const result = new Validator(schema as Schema, draftOf(schema), false).validate(parameters)
    if (result.valid) return []
    errors = result.errors
  } catch (error) {
    // A reference that leads nowhere, a pattern that is none: seen only now that a value meets it.
    return [{ path, message: `the schema of ${what} cannot be used: ${reasonOf(error)}`, expected: null }]
  }
  const { undecided = [], hidden = [] } = special
  const decided = errors.filter(isCause).filter((error) => !isUndecided(error, undecided) && !isSaidByFormat(error, errors))
  if (undecided.length > 0 && decided.length === 0) return []
  const issues = decided.map((error) => issueOf(error, schema, parameters, path, { what, hidden }))
  const seen = new Set<string>()
  const distinct = issues.filter(({ path: place, message }) => {
    const key = `${place.join('/')} ${message}`
    return seen.has(key) ? false : seen.add(key)
  })
  return (
    distinct.length > 0 ? distinct : [{ path, message: `${what} ${what.endsWith('s') ? 'do' : 'does'} not match the schema`, expected: null }]
  ).slice(0, MOST_ISSUES)
}

const DRAFTS: [RegExp, SchemaDraft][] = [
  [/draft-04/, '4'],
  [/draft-0[67]/, '7'],
  [/2019-09/, '2019-09'],
]

const draftOf = (schema: JsonObject): SchemaDraft => DRAFTS.find(([pattern]) => pattern.test(String(schema['$schema'] ?? '')))?.[1] ?? '2020-12'

/** Keywords that only say "something inside did not match"; the something has an error of its own. */
const CONTAINERS = new Set([
  'properties',
  'patternProperties',
  'additionalProperties',
  'unevaluatedProperties',
  'items',
  'prefixItems',
  'additionalItems',
  'unevaluatedItems',
  'allOf',
  '$ref',
  '$dynamicRef',
  'then',
  'else',
  'if',
  'dependentSchemas',
])

const isCause = (error: OutputUnit): boolean => !CONTAINERS.has(error.keyword)

/** zod writes a pattern beside each format: whoever is told the format need not read that. */
const isSaidByFormat = ({ keyword, keywordLocation, instanceLocation }: OutputUnit, errors: readonly OutputUnit[]): boolean =>
  keyword === 'pattern' &&
  errors.some(
    (other) =>
      other.keyword === 'format' &&
      other.instanceLocation === instanceLocation &&
      other.keywordLocation === keywordLocation.replace(/pattern$/, 'format'),
  )

/** Whether one place is the other, or around it. */
const holds = (outer: string, inner: string): boolean => inner === outer || inner.startsWith(`${outer}/`)

const placeOf = (error: OutputUnit): string => formatPointer(pointerOf(error.instanceLocation))

const formatPointer = (parts: readonly string[]): string => parts.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

/** Keywords that look at what a value is made of, and not at what stands in it. */
const OUTER = new Set(['required', 'type', 'false', 'minItems', 'maxItems', 'minProperties', 'maxProperties', 'propertyNames'])

/** Whether an error may be gone when what is not known yet is there. A place that must not be there is wrong whatever stands in it. */
function isUndecided(error: OutputUnit, undecided: readonly string[]): boolean {
  const at = placeOf(error)
  return undecided.some((place) => (at === place ? error.keyword !== 'false' : holds(place, at) || (holds(at, place) && !OUTER.has(error.keyword))))
}

function issueOf(
  error: OutputUnit,
  schema: JsonObject,
  parameters: JsonValue,
  path: string[],
  { what, hidden }: { what: string; hidden: readonly string[] },
): Issue {
  const inside = pointerOf(error.instanceLocation)
  const isHidden = hidden.some((place) => holds(place, placeOf(error)) || holds(placeOf(error), place))
  const got = (text: JsonValue | undefined): string => (isHidden ? '' : `, got ${shown(text)}`)
  const place = [...path, ...inside]
  const keyword = at(schema, pointerOf(error.keywordLocation))
  const value = at(parameters, inside)
  switch (error.keyword) {
    case 'required': {
      const missing = /"([^"]*)"/.exec(error.error)?.[1]
      if (missing === undefined) break
      return {
        path: [...place, missing],
        message: `"${missing}" is missing`,
        expected: typeOf(at(schema, [...pointerOf(error.keywordLocation).slice(0, -1), 'properties', missing])),
      }
    }
    case 'false':
      return {
        path: place,
        message: `"${inside.at(-1) ?? ''}" is not ${what === 'the parameters' ? 'a parameter of this flow' : `asked for in ${what}`}`,
        expected: null,
      }
    case 'type': {
      const expected = Array.isArray(keyword) ? keyword.join(' or ') : String(keyword)
      return { path: place, message: `expected ${expected}${got(value)}`, expected }
    }
    case 'enum': {
      const expected = `one of ${(Array.isArray(keyword) ? keyword : []).map((one) => JSON.stringify(one)).join(', ')}`.slice(0, 300)
      return { path: place, message: `expected ${expected}${got(value)}`, expected }
    }
  }
  const bound = BOUNDS[error.keyword]
  if (bound) {
    const expected = bound(typeof keyword === 'string' && error.keyword !== 'const' ? keyword : JSON.stringify(keyword))
    return { path: place, message: `expected ${expected}${got(value)}`, expected }
  }
  return { path: place, message: isHidden ? 'does not fit its schema' : error.error, expected: null }
}

/** What a keyword of JSON Schema asks for, in words. */
const BOUNDS: Record<string, (wanted: string) => string> = {
  format: (format) => `a text of the format ${format}`,
  pattern: (pattern) => `a text that matches ${pattern}`,
  minimum: (n) => `${n} or more`,
  maximum: (n) => `${n} or less`,
  exclusiveMinimum: (n) => `more than ${n}`,
  exclusiveMaximum: (n) => `less than ${n}`,
  multipleOf: (n) => `a multiple of ${n}`,
  minLength: (n) => `at least ${n} ${n === '1' ? 'character' : 'characters'}`,
  maxLength: (n) => `at most ${n} ${n === '1' ? 'character' : 'characters'}`,
  minItems: (n) => `at least ${n} ${n === '1' ? 'element' : 'elements'}`,
  maxItems: (n) => `at most ${n} ${n === '1' ? 'element' : 'elements'}`,
  const: (value) => value,
}

const pointerOf = (location: string): string[] =>
  location
    .split('/')
    .slice(1)
    .map((part) => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~'))

/** Follows a pointer; `$ref` steps are not followed, the answer is then undefined. */
const at = (from: JsonValue | undefined, pointer: readonly string[]): JsonValue | undefined =>
  pointer.reduce<JsonValue | undefined>(
    (inside, key) => (typeof inside === 'object' && inside !== null ? (inside as JsonObject)[key] : undefined),
    from,
  )

const typeOf = (schema: JsonValue | undefined): string | null => {
  const type = at(schema, ['type'])
  return typeof type === 'string' ? type : null
}

const shown = (value: JsonValue | undefined): string => {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 80 ? `${text.slice(0, 77)}…` : text
}

/** Whether the schema itself can be used; a broken one is told when it is deployed, not when it is first run. */
export function validateSchema(schema: JsonObject | boolean, path: string[]): Issue[] {
  if (typeof schema === 'boolean') return []
  const issue = (message: string): Issue[] => [{ path, message, expected: 'JSON Schema' }]
  if (sizeOfJson(schema) > MAX_PARAMETER_BYTES) return issue('expected at most 512 KiB as JSON')
  const type = schema['type']
  if (type !== undefined && type !== 'object') return issue(`parameters are an object, but the schema says type ${JSON.stringify(type).slice(0, 60)}`)
  try {
    new Validator(schema as Schema, draftOf(schema), false).validate({})
    return []
  } catch (error) {
    return issue(`the schema cannot be used: ${reasonOf(error)}`)
  }
}

/** In one line: what follows in the validator's own words is a list of the schemas that it knows. */
const reasonOf = (error: unknown): string => (error instanceof Error ? (error.message.split('\n')[0] as string).slice(0, 200) : 'unknown reason')
