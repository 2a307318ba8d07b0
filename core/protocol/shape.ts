/**
 * Reading messages that strangers wrote: small readers that are put together to the shape of a message. A reader returns the value as its type says
 * or throws `Malformed`, which names the place and what was expected there.
 * 1. Fields that a shape does not name are left out, so messages can grow and nothing unread travels on.
 * 2. Text comes out storable: PostgreSQL takes neither U+0000 nor lone surrogates, so both become U+FFFD.
 */
import { byteLength } from '../byte-length.ts'
import { isUuid } from '../ids.ts'
import type { Instant } from '../instant.ts'
import type { JsonObject, JsonValue } from '../json-value.ts'
import { cutTo, LIMITS } from '../limits.ts'

export type Reader<T> = (value: unknown) => T

/** What is wrong and where: `facts.3.lines.0.level: expected one of debug, info, warn, error`. The value itself is never shown. */
export class Malformed extends Error {
  readonly expected: string
  readonly path: readonly (string | number)[]
  constructor(expected: string, path: readonly (string | number)[] = []) {
    super(path.length === 0 ? `expected ${expected}` : `${path.join('.')}: expected ${expected}`)
    this.name = 'Malformed'
    this.expected = expected
    this.path = path
  }
}

/** The same complaint, one level further out. */
const inside = (error: unknown, key: string | number): unknown =>
  error instanceof Malformed ? new Malformed(error.expected, [key, ...error.path]) : error

/** An object that is no list. */
export const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Text that PostgreSQL can keep. */
const storable = (text: string): string => {
  const whole = text.isWellFormed() ? text : text.toWellFormed()
  return whole.includes('\u0000') ? whole.replaceAll('\u0000', '\uFFFD') : whole
}

/** Text of `min` … `max` UTF-16 units. */
export const text =
  (max: number, min = 0): Reader<string> =>
  (value) => {
    if (typeof value !== 'string' || value.length < min || value.length > max) throw new Malformed(`text of ${min} to ${max} characters`)
    return storable(value)
  }

/** Text of any length, cut to `max` units; what is cut off ends with `… (cut)`. */
export const cutText =
  (max: number): Reader<string> =>
  (value) => {
    if (typeof value !== 'string') throw new Malformed('text')
    return storable(cutTo(value, max))
  }

/** Text that matches the pattern; `expected` says it in words. */
export const matching =
  (pattern: RegExp, expected: string): Reader<string> =>
  (value) => {
    if (typeof value !== 'string' || !pattern.test(value)) throw new Malformed(expected)
    return value
  }

export const uuid: Reader<string> = (value) => {
  if (typeof value !== 'string' || !isUuid(value)) throw new Malformed('a lower-case UUID')
  return value
}

/** A whole number from `min` to `max`. */
export const integer =
  (min: number, max: number): Reader<number> =>
  (value) => {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max)
      throw new Malformed(`a whole number from ${min} to ${max}`)
    return value
  }

/** A finite number from `min` to `max`. */
export const number =
  (min: number, max: number): Reader<number> =>
  (value) => {
    if (typeof value !== 'number' || !Number.isFinite(value) || value < min || value > max) throw new Malformed(`a number from ${min} to ${max}`)
    return value
  }

/** Milliseconds since 1970, up to the year 9999. */
const readInstant = number(0, 253_402_300_799_999)
export const instant: Reader<Instant> = (value) => {
  if (typeof value !== 'number') throw new Malformed('an instant in milliseconds since 1970')
  return readInstant(value)
}

export const boolean: Reader<boolean> = (value) => {
  if (typeof value !== 'boolean') throw new Malformed('true or false')
  return value
}

export const oneOf =
  <const T extends string>(words: readonly T[]): Reader<T> =>
  (value) => {
    if (typeof value !== 'string' || !(words as readonly string[]).includes(value)) throw new Malformed(`one of ${words.join(', ')}`)
    return value as T
  }

export const nullable =
  <T>(reader: Reader<T>): Reader<T | null> =>
  (value) =>
    value === null || value === undefined ? null : reader(value)

export const optional =
  <T>(reader: Reader<T>): Reader<T | undefined> =>
  (value) =>
    value === undefined ? undefined : reader(value)

/** A list of at most `max` entries. */
export const list =
  <T>(reader: Reader<T>, max: number): Reader<T[]> =>
  (value) => {
    if (!Array.isArray(value) || value.length > max) throw new Malformed(`a list of at most ${max} entries`)
    const entries: T[] = new Array(value.length)
    for (let index = 0; index < value.length; index++) {
      try {
        entries[index] = reader(value[index])
      } catch (error) {
        throw inside(error, index)
      }
    }
    return entries
  }

/** An object of the fields named; others are left out. */
export const object = <T extends object>(fields: { [K in keyof T]-?: Reader<T[K]> }): Reader<T> => {
  const entries = Object.entries(fields) as [string, Reader<unknown>][]
  return (value) => {
    if (!isRecord(value)) throw new Malformed('an object')
    const result: Record<string, unknown> = {}
    for (const [key, read] of entries) {
      try {
        const field = read(value[key])
        if (field !== undefined) result[key] = field
      } catch (error) {
        throw inside(error, key)
      }
    }
    return result as T
  }
}

/** A map from text to what `reader` reads, of at most `max` entries with keys of 1 to 255 characters. */
export const map =
  <T>(reader: Reader<T>, max: number): Reader<Record<string, T>> =>
  (value) => {
    if (!isRecord(value)) throw new Malformed('an object')
    const keys = Object.keys(value)
    if (keys.length > max) throw new Malformed(`an object of at most ${max} fields`)
    const result: Record<string, T> = Object.create(null) as Record<string, T>
    for (const key of keys) {
      if (key.length === 0 || key.length > 255) throw new Malformed('keys of 1 to 255 characters')
      try {
        result[storable(key)] = reader(value[key])
      } catch (error) {
        throw inside(error, key)
      }
    }
    return { ...result }
  }

/** One of several objects, told apart by the word in `key`. */
export const variant = <T extends object>(key: string, variants: { [word: string]: Reader<T> }): Reader<T> => {
  const known = new Map(Object.entries(variants))
  return (value) => {
    if (!isRecord(value)) throw new Malformed('an object')
    const word = value[key]
    const read = typeof word === 'string' ? known.get(word) : undefined
    if (!read) throw new Malformed(`one of ${[...known.keys()].join(', ')}`, [key])
    return read(value)
  }
}

/** Any JSON value of at most `maxBytes` (UTF-8, as compact JSON) and 64 levels. */
export const json =
  (maxBytes: number): Reader<JsonValue> =>
  (value) => {
    const clean = storableJson(value, 0)
    const compact = JSON.stringify(clean)
    // A unit takes 1 to 3 bytes: only what lies between has to be counted to know.
    if (compact.length > maxBytes || (compact.length * 3 > maxBytes && byteLength(compact) > maxBytes))
      throw new Malformed(`at most ${maxBytes} bytes of JSON`)
    return clean
  }

/** A JSON object of at most `maxBytes`. */
export const jsonObject = (maxBytes: number): Reader<JsonObject> => {
  const read = json(maxBytes)
  return (value) => {
    if (!isRecord(value)) throw new Malformed('a JSON object')
    return read(value) as JsonObject
  }
}

function storableJson(value: unknown, depth: number): JsonValue {
  if (depth > LIMITS.jsonDepth) throw new Malformed(`JSON of at most ${LIMITS.jsonDepth} levels`)
  if (value === null || typeof value === 'boolean') return value
  if (typeof value === 'string') return storable(value)
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new Malformed('finite numbers')
    return value
  }
  if (Array.isArray(value)) return value.map((entry) => storableJson(entry, depth + 1))
  if (!isRecord(value)) throw new Malformed('a JSON value')
  // `__proto__` from JSON.parse is an own key: defineProperty keeps it one.
  const result: JsonObject = {}
  for (const key of Object.keys(value)) {
    const entry = storableJson(value[key], depth + 1)
    if (key === '__proto__') Object.defineProperty(result, key, { value: entry, enumerable: true, configurable: true, writable: true })
    else result[storable(key)] = entry
  }
  return result
}
