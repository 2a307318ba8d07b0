/**
 * Any value as JSON that people can read: parameters, log fields, artifact data. Dates become ISO text, big integers their digits, Map and Set arrays,
 * errors what they say with stack and causes; futures, functions, symbols, cycles and properties that throw become a word in brackets. It never throws.
 */
import type { JsonObject, JsonValue } from '../../core/json-value.ts'
import { isTaskFuture } from '../future.ts'

const DEPTH = 64

/** Deeper than `DEPTH` levels it says so in a word. */
export function showAsJson(value: unknown): JsonValue {
  return show(value, [], DEPTH)
}

/** For what must be an object: parameters and log fields. */
export function showAsJsonObject(value: unknown): JsonObject {
  const shown = showAsJson(value)
  return typeof shown === 'object' && shown !== null && !Array.isArray(shown) ? shown : {}
}

function show(value: unknown, within: object[], depth: number): JsonValue {
  if (value === null || value === undefined) return null
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'number':
      return Number.isFinite(value) ? value : String(value)
    case 'bigint':
      return value.toString()
    case 'function':
      return `[function ${value.name || 'anonymous'}]`
    case 'symbol':
      return `[${String(value)}]`
  }
  if (within.includes(value)) return '[circular]'
  if (depth === 0) return '[too deep]'
  try {
    return showObject(value, [...within, value], depth - 1)
  } catch {
    return '[unreadable]'
  }
}

function showObject(value: object, within: object[], depth: number): JsonValue {
  if (Array.isArray(value)) return value.map((element) => show(element, within, depth))
  if (isTaskFuture(value)) return `[future of ${value.name}]`
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '[invalid date]' : value.toISOString()
  if (value instanceof Error) return showError(value, within, depth)
  if (value instanceof Map) return [...value].map(([key, element]) => [show(key, within, depth), show(element, within, depth)])
  if (value instanceof Set) return [...value].map((element) => show(element, within, depth))
  if (value instanceof URL || value instanceof RegExp) return String(value)
  if (ArrayBuffer.isView(value)) return `[${value.constructor.name} of ${value.byteLength} bytes]`
  const shown: JsonObject = {}
  for (const key of Object.keys(value)) {
    const element = readProperty(value, key)
    if (element !== undefined) put(shown, key, show(element, within, depth))
  }
  return shown
}

/** Of its own properties only the plain ones (`code`, `status`): clients hang requests and sockets on theirs. */
function showError(error: Error, within: object[], depth: number): JsonObject {
  const shown: JsonObject = { name: error.name, message: error.message }
  for (const key of Object.keys(error)) {
    const value = readProperty(error, key)
    if (!(key in shown) && (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'))
      put(shown, key, show(value, within, depth))
  }
  if (typeof error.stack === 'string') shown['stack'] = error.stack
  if (error.cause !== undefined) shown['cause'] = show(error.cause, within, depth)
  return shown
}

function readProperty(value: object, key: string): unknown {
  try {
    return (value as Record<string, unknown>)[key]
  } catch {
    return '[unreadable]'
  }
}

/** Also for a key such as `__proto__`. */
const put = (shown: JsonObject, key: string, value: JsonValue): void => {
  Object.defineProperty(shown, key, { value, enumerable: true, writable: true, configurable: true })
}
