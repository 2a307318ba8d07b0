/**
 * JSON that keeps what plain JSON loses. Plain data is written as it is; everything else as an object with one marked key:
 *
 *     { "$weir": "Date", "of": "2026-01-01T00:00:00.000Z" }
 *
 * so that any language can read it. An object that has a key `$weir` of its own is wrapped as `{ "$weir": "object", "of": {…} }`.
 */
import { ResultNotStorable } from '../errors.ts'
import type { Serializer } from './serializer.ts'

const MARK = '$weir'
const HINT = 'Return plain data, choose another serializer (serializers.structuredClone, or your own), or say results: false.'

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

const mark = (type: string, of?: Json): Json => (of === undefined ? { [MARK]: type } : { [MARK]: type, of })

/**
 * Numbers (NaN, ±Infinity, -0 too), text, booleans, null, undefined, bigint, arrays, plain objects, Map, Set, Date, RegExp, URL, Error, ArrayBuffer, Buffer,
 * typed arrays and DataView. What has a `toJSON` is what that gives. Everything else, and a value that contains itself, throws ResultNotStorable with its path.
 */
export const jsonSerializer: Serializer = {
  name: 'json',
  serialize: (value) => JSON.stringify(encode(value, 'result', new Set())),
  deserialize: async (content) => decode(JSON.parse(await content.text()) as Json),
}

function encode(value: unknown, path: string, within: Set<object>): Json {
  if (value === null) return null
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0) ? value : mark('number', Object.is(value, -0) ? '-0' : String(value))
    case 'undefined':
      return mark('undefined')
    case 'bigint':
      return mark('bigint', value.toString())
    case 'function':
      throw new ResultNotStorable(path, `a function${value.name ? ` (${value.name})` : ''}`, HINT)
    case 'symbol':
      throw new ResultNotStorable(path, `a symbol (${String(value)})`, HINT)
  }
  if (within.has(value)) throw new ResultNotStorable(path, 'a part of itself', HINT)
  within.add(value)
  const encoded = encodeObject(value, path, within)
  within.delete(value)
  return encoded
}

function encodeObject(value: object, path: string, within: Set<object>): Json {
  // Holes of an array become undefined.
  if (Array.isArray(value)) return Array.from(value, (element, at) => encode(element, `${path}[${at}]`, within))
  const rich = encodeRich(value, path, within)
  if (rich !== undefined) return rich
  if ('toJSON' in value && typeof value.toJSON === 'function') return encode(value.toJSON(), path, within)
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) throw new ResultNotStorable(path, describe(value), hintFor(value))
  const object: { [key: string]: Json } = {}
  for (const [key, element] of Object.entries(value)) setOwn(object, key, encode(element, `${path}${step(key)}`, within))
  return Object.hasOwn(object, MARK) ? mark('object', object) : object
}

/** What JSON has no form of its own for; undefined for everything else. */
function encodeRich(value: object, path: string, within: Set<object>): Json | undefined {
  if (value instanceof Date) return mark('Date', Number.isNaN(value.getTime()) ? null : value.toISOString())
  if (value instanceof Map) {
    return mark(
      'Map',
      Array.from(value, ([key, element], at) => [
        encode(key, `${path}.keys()[${at}]`, within),
        encode(element, `${path}.get(${typeof key === 'string' ? JSON.stringify(key) : String(at)})`, within),
      ]),
    )
  }
  if (value instanceof Set)
    return mark(
      'Set',
      Array.from(value, (element, at) => encode(element, `${path}.values()[${at}]`, within)),
    )
  if (value instanceof RegExp) return mark('RegExp', [value.source, value.flags])
  if (value instanceof URL) return mark('URL', value.href)
  if (value instanceof Error) {
    const { name, message, stack, cause } = value
    return mark('Error', [name, message, stack ?? null, encode(cause, `${path}.cause`, within)])
  }
  if (value instanceof ArrayBuffer) return mark('ArrayBuffer', Buffer.from(value).toString('base64'))
  if (ArrayBuffer.isView(value)) {
    const type = Buffer.isBuffer(value) ? 'Buffer' : VIEWS.find(([, make]) => value instanceof make)?.[0]
    if (type) return mark(type, Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64'))
  }
  return undefined
}

function decode(json: Json): unknown {
  if (typeof json !== 'object' || json === null) return json
  if (Array.isArray(json)) return json.map(decode)
  const type = Object.hasOwn(json, MARK) ? json[MARK] : undefined
  if (typeof type === 'string') return decodeMarked(type, json['of'])
  return decodeEntries(json)
}

function decodeEntries(json: { [key: string]: Json }): object {
  const object: Record<string, unknown> = {}
  for (const [key, element] of Object.entries(json)) setOwn(object, key, decode(element))
  return object
}

function decodeMarked(type: string, of: Json | undefined): unknown {
  switch (type) {
    case 'undefined':
      return undefined
    case 'number':
      return Number(of)
    case 'bigint':
      return BigInt(of as string)
    case 'Date':
      return new Date(of === null ? Number.NaN : (of as string))
    case 'Map':
      return new Map((of as [Json, Json][]).map(([key, element]) => [decode(key), decode(element)]))
    case 'Set':
      return new Set((of as Json[]).map(decode))
    case 'RegExp':
      return new RegExp(...(of as [string, string]))
    case 'URL':
      return new URL(of as string)
    case 'Error':
      return decodeError(of as [string, string, string | null, Json])
    case 'object':
      return decodeEntries(of as { [key: string]: Json })
    case 'Buffer':
      return Buffer.from(of as string, 'base64')
  }
  // A copy of its own: `Buffer.from` gives a part of a larger buffer.
  const { buffer } = new Uint8Array(Buffer.from(of as string, 'base64'))
  if (type === 'ArrayBuffer') return buffer
  const view = VIEWS.find(([name]) => name === type)
  if (!view) throw new Error(`it holds a "${type}", which this version of weirflow does not know`)
  return new view[1](buffer)
}

const ERRORS = { EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError }

function decodeError([name, message, stack, cause]: [string, string, string | null, Json]): Error {
  const Kind = Object.hasOwn(ERRORS, name) ? ERRORS[name as keyof typeof ERRORS] : Error
  const reason = decode(cause)
  const error = new Kind(message, reason === undefined ? {} : { cause: reason })
  if (error.name !== name) Object.defineProperty(error, 'name', { value: name, configurable: true, writable: true })
  Object.defineProperty(error, 'stack', { value: stack ?? undefined, configurable: true, writable: true })
  return error
}

const VIEWS: [string, new (buffer: ArrayBuffer) => ArrayBufferView][] = [
  ['Uint8Array', Uint8Array],
  ['Uint8ClampedArray', Uint8ClampedArray],
  ['Int8Array', Int8Array],
  ['Uint16Array', Uint16Array],
  ['Int16Array', Int16Array],
  ['Uint32Array', Uint32Array],
  ['Int32Array', Int32Array],
  ['Float32Array', Float32Array],
  ['Float64Array', Float64Array],
  ['BigInt64Array', BigInt64Array],
  ['BigUint64Array', BigUint64Array],
  ['DataView', DataView],
]

/** `__proto__` is a key like any other. */
const setOwn = (object: object, key: string, value: unknown): void => {
  Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true })
}

const step = (key: string): string => (/^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`)

function describe(value: object): string {
  const { name } = (value.constructor as { name?: unknown } | undefined) ?? {}
  return `an instance of ${typeof name === 'string' && name !== '' ? name : 'a class without a name'}`
}

function hintFor(value: object): string {
  const streams = Symbol.asyncIterator in value || 'getReader' in value
  return streams ? 'A stream of bytes is stored with the serializer serializers.bytes.' : HINT
}
