/** Parameters as a command line gives them: `--param key=value`, and `--params` with a whole JSON object, `@file` or `-` (stdin). */
import { readFileSync } from 'node:fs'
import { findReferences } from '../../core/references.ts'
import { wrongUse } from './failure.ts'

type ParameterValue = unknown
/** The part of a JSON Schema that says how a text is meant. */
export interface ParameterSchema {
  properties?: Record<string, { type?: string | string[]; $ref?: string; enum?: unknown[] }>
}

/**
 * `--param` wins over `--params`. A value is JSON where it reads as JSON, and text otherwise; where the schema wants a text it stays one,
 * so `--param zip=01234` needs no quotes. A reference (`{"$block": "type/name.field"}`) is one whatever the schema wants. Throws Failure.
 */
export function readParameters(pairs: readonly string[] = [], whole?: string, schema?: ParameterSchema | null): Record<string, ParameterValue> {
  const parameters: Record<string, ParameterValue> = whole === undefined ? {} : { ...readObject(readText(whole, '--params'), '--params') }
  for (const pair of pairs) {
    const equals = pair.indexOf('=')
    if (equals < 1)
      throw wrongUse(
        'BAD_PARAMETER',
        `"${pair}" is no parameter.`,
        'Expected --param NAME=VALUE, for example --param day=2026-01-01 or --param cities=\'["Oslo"]\'.',
      )
    const name = pair.slice(0, equals)
    const text = pair.slice(equals + 1)
    Object.defineProperty(parameters, name, {
      value: wantsText(schema, name) && !isReference(text) ? text : readValue(text),
      enumerable: true,
      configurable: true,
      writable: true,
    })
  }
  return parameters
}

function wantsText(schema: ParameterSchema | null | undefined, name: string): boolean {
  const property = schema?.properties && Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined
  if (!property) return false
  const types = Array.isArray(property.type) ? property.type : property.type ? [property.type] : []
  return (types.length > 0 && types.every((type) => type === 'string')) || property.enum?.every((value) => typeof value === 'string') === true
}

function isReference(text: string): boolean {
  if (!/^\s*\{/.test(text)) return false
  const { references, broken } = findReferences(readValue(text))
  return [...references, ...broken].some(({ path }) => path.length === 0)
}

/** JSON where it reads as JSON, and text otherwise. Throws Failure for a number that would become another one. */
export function readValue(text: string): ParameterValue {
  try {
    return JSON.parse(text, exactly)
  } catch (error) {
    if (error instanceof SyntaxError) return text
    throw error
  }
}

/** For `JSON.parse`: no number becomes another one in silence. Throws Failure. */
function exactly(_: string, value: unknown, { source = '' }: { source?: string } = {}): unknown {
  if (typeof value !== 'number' || (Number.isFinite(value) && !(/^-?\d+$/.test(source) && BigInt(source) !== BigInt(value)))) return value
  throw wrongUse(
    'NUMBER_TOO_LARGE',
    `${source.slice(0, 100)} is a number that would become ${value}: whole numbers are exact up to ${Number.MAX_SAFE_INTEGER}.`,
    'Give it as text, in quotes: \'"…"\'',
  )
}

/** A text given directly, by file (`@path`) or on stdin (`-` or `@-`). Throws Failure naming the option. */
export function readText(given: string, option: string): string {
  const path = given === '-' ? '/dev/stdin' : given.startsWith('@') ? (given === '@-' ? '/dev/stdin' : given.slice(1)) : null
  if (path === null) return given
  try {
    return readFileSync(path === '/dev/stdin' ? 0 : path, 'utf8')
  } catch (error) {
    throw wrongUse('FILE_UNREADABLE', `${option}: cannot read ${path}: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}.`)
  }
}

/** A JSON object. Throws Failure naming the option and the place. */
export function readObject(text: string, option: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(text, exactly)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw wrongUse(
      'BAD_JSON',
      `${option} is no JSON: ${(error as Error).message}.`,
      `Expected an object, for example ${option} '{"day": "2026-01-01"}', or ${option} @file.json.`,
    )
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw wrongUse(
      'BAD_JSON',
      `${option} must be a JSON object, got ${Array.isArray(value) ? 'a list' : value === null ? 'null' : `a ${typeof value}`}.`,
    )
  }
  return value as Record<string, unknown>
}
