/** One short text for the arguments of a call: the same in every process and whatever the order of keys, different for different values. */
import { createHash } from 'node:crypto'
import { StoredBytes } from '../results/stored-bytes.ts'
import { InputNotHashable } from './errors.ts'

/** Throws InputNotHashable, naming the argument and the place in it. */
export const hashInputs = (task: string, args: readonly unknown[]): string =>
  digest(args.map((argument, at) => canonical(argument, `argument ${at + 1} of task "${task}"`, new Set())).join(','))

/** SHA-256 of a text, in hexadecimal. */
export const digest = (text: string): string => createHash('sha256').update(text).digest('hex')

function canonical(value: unknown, place: string, within: Set<object>): string {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return JSON.stringify(value)
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value)
    case 'bigint':
      return `${value}n`
    case 'undefined':
      return 'undefined'
    case 'function':
      throw new InputNotHashable(place, `a function${value.name ? ` (${value.name})` : ''}`)
    case 'symbol':
      throw new InputNotHashable(place, 'a symbol')
  }
  if (value === null) return 'null'
  if (typeof value !== 'object') return String(value)
  if (within.has(value)) throw new InputNotHashable(place, 'a part of itself')
  within.add(value)
  const text = canonicalObject(value, place, within)
  within.delete(value)
  return text
}

function canonicalObject(value: object, place: string, within: Set<object>): string {
  const inside = (part: unknown, step: string) => canonical(part, `${place}${step}`, within)
  if (Array.isArray(value)) return `[${Array.from(value, (part, at) => inside(part, `[${at}]`)).join(',')}]`
  if (value instanceof Date) return `Date(${value.getTime()})`
  if (value instanceof RegExp) return `RegExp(${String(value)})`
  if (value instanceof URL) return `URL(${JSON.stringify(value.href)})`
  if (value instanceof Set)
    return `Set(${Array.from(value, (part) => inside(part, '.values()'))
      .sort()
      .join(',')})`
  if (value instanceof Map)
    return `Map(${Array.from(value, ([key, part]) => `${inside(key, '.keys()')}:${inside(part, '.values()')}`)
      .sort()
      .join(',')})`
  if (value instanceof ArrayBuffer) return `bytes(${digestBytes(new Uint8Array(value))})`
  if (ArrayBuffer.isView(value)) return `${value.constructor.name}(${digestBytes(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))})`
  if (value instanceof StoredBytes) return `stored(${JSON.stringify(value.reference)})`
  if (value instanceof Error) return `Error(${JSON.stringify([value.name, value.message])})`
  if ('toJSON' in value && typeof value.toJSON === 'function') return `json(${inside(value.toJSON(), '')})`
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null)
    throw new InputNotHashable(place, `an object of class ${value.constructor?.name || 'without a name'}`)
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, part]) => `${JSON.stringify(key)}:${inside(part, `.${key}`)}`).join(',')}}`
}

const digestBytes = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
