/**
 * A form from a JSON Schema: which control suits a value, what it starts with, and how a value is changed at its place. The parameters themselves are the
 * only state; whatever a schema says that no control can show is edited as JSON.
 */

/** What of JSON Schema a form reads. */
export interface Schema {
  $ref?: string
  type?: string | string[]
  title?: string
  description?: string
  properties?: Record<string, Schema>
  additionalProperties?: Schema | boolean
  required?: string[]
  items?: Schema | Schema[] | boolean
  enum?: unknown[]
  const?: unknown
  default?: unknown
  format?: string
  /** A secret: it can be set, and is never shown. */
  writeOnly?: boolean
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  exclusiveMaximum?: number
  multipleOf?: number
  minLength?: number
  maxLength?: number
  pattern?: string
  minItems?: number
  maxItems?: number
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
}

/** The control for a value; `json` for whatever has none of its own. */
export type Control = 'text' | 'secret' | 'number' | 'boolean' | 'choice' | 'date' | 'date-time' | 'list' | 'object' | 'json'

/** One field of the form: its place is given by who shows it. */
export interface Field {
  control: Control
  schema: Schema
  /** Null is a value too. */
  isNullable: boolean
  /** Of a choice. */
  options: readonly unknown[]
}

/** Where a value stands: names and list positions from the parameters on. */
export type Place = readonly (string | number)[]

/** Something that the API found wrong, at its place inside the parameters. */
export interface ParameterIssue {
  place: Place
  message: string
}

/** Deeper than this a schema is edited as JSON; also ends references that lead to themselves. */
const DEEPEST = 6

/** The schema with its references followed and its parts (`allOf`) put together. What leads nowhere lets everything through. */
export function resolveSchema(schema: Schema | boolean | undefined, root: Schema, depth = 0): Schema {
  if (typeof schema !== 'object' || schema === null || depth > 16) return {}
  let resolved = schema
  if (schema.$ref !== undefined) {
    const { $ref, ...beside } = schema
    resolved = { ...resolveSchema(follow($ref, root), root, depth + 1), ...beside }
  }
  if (!resolved.allOf) return resolved
  const { allOf, ...own } = resolved
  return [...allOf.map((part) => resolveSchema(part, root, depth + 1)), own].reduce<Schema>(both, {})
}

/** What both ask for; where they say the same thing, the second one counts. */
function both(one: Schema, other: Schema): Schema {
  return {
    ...one,
    ...other,
    ...(one.properties || other.properties ? { properties: { ...one.properties, ...other.properties } } : {}),
    ...(one.required || other.required ? { required: [...new Set([...(one.required ?? []), ...(other.required ?? [])])] } : {}),
  }
}

function follow(reference: string, root: Schema): Schema | undefined {
  if (reference === '#') return root
  if (!reference.startsWith('#/')) return undefined
  const keys = reference
    .slice(2)
    .split('/')
    .map((key) => decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~'))
  return keys.reduce<unknown>((inside, key) => (isObject(inside) ? inside[key] : undefined), root) as Schema | undefined
}

/** The field for a value of this schema, `depth` levels below the parameters. */
export function fieldOf(schema: Schema | boolean | undefined, root: Schema, depth = 0): Field {
  const resolved = resolveSchema(schema, root)
  const { schema: plain, isNullable } = withoutNull(resolved, root)
  const options = plain.const === undefined ? (plain.enum ?? []) : [plain.const]
  return { control: controlOf(plain, depth, options), schema: plain, isNullable, options: options.filter((option) => option !== null) }
}

/** `T | null` is a `T` that may be null, however the schema says it. */
function withoutNull(schema: Schema, root: Schema): { schema: Schema; isNullable: boolean } {
  const either = schema.anyOf ?? schema.oneOf
  if (either) {
    const rest = either.map((one) => resolveSchema(one, root)).filter(({ type }) => type !== 'null')
    const { anyOf: _, oneOf: __, ...beside } = schema
    if (rest.length === 1) return { schema: { ...rest[0], ...beside }, isNullable: rest.length < either.length }
    if (rest.every((one) => one.const !== undefined))
      return { schema: { ...beside, enum: rest.map((one) => one.const) }, isNullable: rest.length < either.length }
    return { schema, isNullable: false }
  }
  if (Array.isArray(schema.type) && schema.type.includes('null')) {
    const rest = schema.type.filter((type) => type !== 'null')
    return { schema: { ...schema, type: rest.length === 1 ? (rest[0] as string) : rest }, isNullable: true }
  }
  return { schema, isNullable: schema.enum?.includes(null) ?? false }
}

function controlOf(schema: Schema, depth: number, options: readonly unknown[]): Control {
  if (options.length > 0) return 'choice'
  if (schema.anyOf || schema.oneOf) return 'json'
  if (schema.writeOnly && (schema.type === undefined || [schema.type].flat().includes('string'))) return 'secret'
  switch (schema.type) {
    case 'string':
      return schema.format === 'date' ? 'date' : schema.format === 'date-time' ? 'date-time' : 'text'
    case 'number':
    case 'integer':
      return 'number'
    case 'boolean':
      return 'boolean'
    case 'array':
      return depth < DEEPEST && isObject(schema.items) ? 'list' : 'json'
    case 'object':
      return depth < DEEPEST && schema.properties && Object.keys(schema.properties).length > 0 ? 'object' : 'json'
    default:
      return 'json'
  }
}

/** The properties of an object: what is required first, otherwise in the order of their author. */
export function propertiesOf({ properties = {}, required = [] }: Schema): [string, Schema][] {
  const names = [...new Set([...required.filter((name) => Object.hasOwn(properties, name)), ...Object.keys(properties)])]
  return names.map((name) => [name, properties[name] as Schema])
}

/** The deployment's own parameters over the defaults of its schema. What is required and has neither is left out: the form shows it empty. */
export function initialParameters(schema: Schema | null | undefined, parameters: unknown): Record<string, unknown> {
  const root = schema ?? {}
  const start: Record<string, unknown> = {}
  for (const [name, property] of propertiesOf(resolveSchema(root, root))) {
    const value = startOf(property, root, 1)
    if (value !== undefined) start[name] = value
  }
  return { ...start, ...(isObject(parameters) ? parameters : {}) }
}

/** What a new value of this schema starts with: its default, an object of its defaults; undefined when it has none. */
export function startOf(schema: Schema | boolean | undefined, root: Schema, depth: number): unknown {
  const { control, schema: plain } = fieldOf(schema, root, depth)
  if (plain.default !== undefined) return plain.default
  if (control !== 'object') return undefined
  const inside = propertiesOf(plain).flatMap(([name, property]) => {
    const value = startOf(property, root, depth + 1)
    return value === undefined ? [] : [[name, value] as const]
  })
  return inside.length > 0 ? Object.fromEntries(inside) : undefined
}

/** What an added element of a list starts with; there must be something to edit. */
export function startOfItem(schema: Schema | boolean | undefined, root: Schema, depth: number): unknown {
  const start = startOf(schema, root, depth)
  if (start !== undefined) return start
  const { control, options } = fieldOf(schema, root, depth)
  const empty: Record<Control, unknown> = {
    text: '',
    secret: '',
    date: '',
    'date-time': '',
    number: null,
    boolean: false,
    choice: options[0] ?? null,
    list: [],
    object: {},
    json: null,
  }
  return empty[control]
}

/** The value there; undefined when there is none. */
export const valueAt = (value: unknown, place: Place): unknown =>
  place.reduce<unknown>(
    (inside, key) => (Array.isArray(inside) || isObject(inside) ? (inside as Record<string | number, unknown>)[key] : undefined),
    value,
  )

/** A copy with another value there. Undefined takes it away: the name of an object, the element of a list. */
export function withValueAt(value: unknown, place: Place, next: unknown): unknown {
  const [key, ...rest] = place
  if (key === undefined) return next
  if (typeof key === 'number') {
    const list = Array.isArray(value) ? [...value] : []
    const inside = withValueAt(list[key], rest, next)
    if (inside === undefined) list.splice(key, 1)
    else list[key] = inside
    return list
  }
  const object = isObject(value) ? { ...value } : {}
  const inside = withValueAt(object[key], rest, next)
  if (inside === undefined) delete object[key]
  else object[key] = inside
  return object
}

/** What the API says about the value there; with `inside` also about what lies in it. */
export const issuesAt = (issues: readonly ParameterIssue[], place: Place, inside = false): ParameterIssue[] =>
  issues.filter(
    (issue) =>
      (inside ? issue.place.length >= place.length : issue.place.length === place.length) &&
      place.every((key, index) => String(issue.place[index]) === String(key)),
  )

/** What else must hold, in words: `1 to 500`, `at least 2 characters`. Empty when nothing does. */
export function boundsOf(schema: Schema): string {
  const words: string[] = []
  const low = schema.minimum ?? schema.exclusiveMinimum
  const high = schema.maximum ?? schema.exclusiveMaximum
  // What zod writes for every whole number is no bound that anybody thinks of.
  const isReal = (bound: number | undefined): bound is number => bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER
  const lowText = schema.minimum === undefined ? 'more than' : 'at least'
  const highText = schema.maximum === undefined ? 'less than' : 'at most'
  const said = (bound: number) => bound.toLocaleString('en', { maximumFractionDigits: 20 })
  if (isReal(low) && isReal(high) && schema.minimum !== undefined && schema.maximum !== undefined) words.push(`${said(low)} to ${said(high)}`)
  else {
    if (isReal(low)) words.push(`${lowText} ${said(low)}`)
    if (isReal(high)) words.push(`${highText} ${said(high)}`)
  }
  if (schema.multipleOf !== undefined && schema.multipleOf !== 1) words.push(`a multiple of ${schema.multipleOf}`)
  const count = (low: number | undefined, high: number | undefined, one: string, many: string) => {
    if (low && high !== undefined) words.push(low === high ? `${low} ${low === 1 ? one : many}` : `${low} to ${high} ${many}`)
    else if (low) words.push(`at least ${low} ${low === 1 ? one : many}`)
    else if (high !== undefined) words.push(`at most ${high} ${high === 1 ? one : many}`)
  }
  count(schema.minLength, schema.maxLength, 'character', 'characters')
  count(schema.minItems, schema.maxItems, 'element', 'elements')
  if (schema.pattern && !schema.format) words.push(`like ${schema.pattern}`)
  return words.join(', ')
}

/** The type of a value in words, for tables: `whole number`, `"eu" | "us"`, `list of text`. */
export function typeWords(schema: Schema | boolean | undefined, root: Schema, depth = 0): string {
  const { control, schema: plain, isNullable, options } = fieldOf(schema, root, depth)
  const types = Array.isArray(plain.type) ? plain.type.map((type) => ({ ...plain, type })) : []
  const either = depth < DEEPEST ? (plain.anyOf ?? plain.oneOf ?? types) : []
  const word = () => {
    switch (control) {
      case 'list':
        return `list of ${typeWords(plain.items as Schema, root, depth + 1)}`
      case 'choice':
        return options.map((option) => JSON.stringify(option)).join(' | ')
      case 'number':
        return plain.type === 'integer' ? 'whole number' : 'number'
      case 'text':
        return plain.format ?? 'text'
      case 'boolean':
        return 'yes or no'
      case 'date-time':
        return 'instant'
      case 'json':
        if (either.length > 0) return [...new Set(either.map((one) => typeWords(one, root, depth + 1)))].join(' or ')
        return plain.type === 'object' ? 'object' : plain.type === 'array' ? 'list' : plain.type === 'null' ? 'null' : 'anything'
      default:
        return control
    }
  }
  return isNullable ? `${word()} or null` : word()
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
