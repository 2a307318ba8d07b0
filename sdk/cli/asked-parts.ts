/** What a JSON Schema asks for, in words of the command line: its parts, and what is meant by each. */
import { safeLine } from './safe-text.ts'
import { shellWord } from './shell-word.ts'

export type Schema = Record<string, unknown>

/** One part of an answer. */
export interface AskedPart {
  name: string
  /** `true or false`, `one of a, b`, `number, at most 10`. Empty when the schema does not say. */
  kind: string
  description: string
  /** There is no default, and it may not be left out. */
  isNeeded: boolean
  /** What stands when it is left out; undefined = nothing. */
  suggested: unknown
  /** Something that fits, for an example. */
  example: unknown
}

const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The parts of an object: first what it requires, in that order, for the record keeps that of no object. Null when what is asked is no object of named parts, so that it is answered as a whole. */
export function askedParts(schema: Schema, defaults: Record<string, unknown> | null): AskedPart[] | null {
  const { properties, required } = schema
  if (!isSchema(properties)) return null
  const wanted = Array.isArray(required) ? required.filter((name) => typeof name === 'string' && Object.hasOwn(properties, name)) : []
  return [...new Set([...wanted, ...Object.keys(properties)])].map((name) => {
    const property = properties[name]
    const part = isSchema(property) ? property : {}
    const suggested = defaults?.[name] ?? part['default']
    return {
      name,
      kind: kindOf(part),
      description: descriptionOf(part),
      isNeeded: suggested === undefined && wanted.includes(name),
      suggested,
      example: suggested ?? exampleOf(part),
    }
  })
}

/** `text`, `true or false`, `one of a, b`, `number, more than 0`: the type of a schema for people. */
export function kindOf(schema: Schema): string {
  const { type, enum: choices, format, const: only } = schema
  if (Array.isArray(choices)) return `one of ${choices.map((choice) => String(choice)).join(', ')}`
  if (only !== undefined) return JSON.stringify(only)
  if (type === 'boolean') return 'true or false'
  if (type === 'string') return [typeof format === 'string' ? format : 'text', ...lengthsOf(schema)].join(', ')
  if (type === 'number' || type === 'integer') return [type === 'integer' ? 'whole number' : 'number', ...boundsOf(schema)].join(', ')
  if (type === 'array') return 'list as JSON'
  if (type === 'object') return 'object as JSON'
  return typeof type === 'string' ? type : ''
}

/** The schema's own description, or an empty text. */
export const descriptionOf = ({ description }: Schema): string => (typeof description === 'string' ? description : '')

/** What a run asks for, for people: a line for each part, and a command line that answers. `run` as the person has named it. */
export function tellAsked(run: string, schema: Schema, defaults: Record<string, unknown> | null): string {
  const parts = askedParts(schema, defaults)
  const resume = `weir flow-run resume ${shellWord(run)}`
  if (!parts) {
    const what = [kindOf(schema), descriptionOf(schema)].filter((word) => word !== '').join(': ')
    const answer = quoted(JSON.stringify(defaults ?? exampleOf(schema)))
    return `It asks for${what === '' ? ' an answer' : `: ${safeLine(what)}`}\nFor example: ${resume} --input-json ${answer}`
  }
  const longest = Math.max(0, ...parts.map(({ name }) => safeLine(name).length))
  const lines = parts.map((part) => {
    const what = [part.kind, part.description].filter((word) => word !== '').join(': ')
    const otherwise = part.suggested !== undefined ? `, ${JSON.stringify(part.suggested)} if left out` : part.isNeeded ? '' : ', may be left out'
    return `  ${safeLine(part.name).padEnd(longest)}  ${safeLine(`${what || 'anything'}${otherwise}`)}`
  })
  const needed = parts.filter(({ isNeeded }) => isNeeded)
  const shown = (needed.length > 0 ? needed : parts.slice(0, 1)).map(({ name, example }) => ` -i ${wordOf(name, example)}`)
  return ['It asks for', ...lines, `For example: ${resume}${shown.join('')}`].join('\n')
}

const wordOf = (name: string, value: unknown): string => {
  const text = `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`
  return /^[\w./:@%+=,-]+$/.test(text) ? text : quoted(text)
}

const quoted = (text: string): string => `'${safeLine(text).replaceAll("'", `'\\''`)}'`

function lengthsOf({ minLength, maxLength }: Schema): string[] {
  const least = typeof minLength === 'number' && minLength > 0 ? [`at least ${minLength} long`] : []
  return typeof maxLength === 'number' ? [...least, `at most ${maxLength} long`] : least
}

function boundsOf({ minimum, exclusiveMinimum, maximum, exclusiveMaximum }: Schema): string[] {
  const said: string[] = []
  if (typeof exclusiveMinimum === 'number') said.push(`more than ${exclusiveMinimum}`)
  // Whole numbers of a schema library end where JavaScript's do; nobody needs to be told.
  else if (typeof minimum === 'number' && minimum > Number.MIN_SAFE_INTEGER) said.push(`at least ${minimum}`)
  if (typeof exclusiveMaximum === 'number') said.push(`less than ${exclusiveMaximum}`)
  else if (typeof maximum === 'number' && maximum < Number.MAX_SAFE_INTEGER) said.push(`at most ${maximum}`)
  return said
}

const FORMATS: Record<string, string> = {
  date: '2026-01-31',
  'date-time': '2026-01-31T06:00:00Z',
  time: '06:00:00',
  email: 'ada@example.org',
  uri: 'https://example.org',
}

function exampleOf(schema: Schema): unknown {
  const { type, enum: choices, format, minimum, exclusiveMinimum, maximum, const: only } = schema
  if (Array.isArray(choices)) return choices[0]
  if (only !== undefined) return only
  if (type === 'boolean') return true
  if (type === 'string') return FORMATS[String(format)] ?? 'text'
  if (type === 'array') return []
  if (type === 'object') return {}
  if (type !== 'number' && type !== 'integer') return 'text'
  if (typeof exclusiveMinimum === 'number') return exclusiveMinimum + 1
  if (typeof minimum === 'number' && minimum > Number.MIN_SAFE_INTEGER) return minimum
  return typeof maximum === 'number' && maximum < 1 ? maximum : 1
}
