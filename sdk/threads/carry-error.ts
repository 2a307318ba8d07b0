/**
 * Anything thrown, as it travels between threads. Structured cloning keeps little of an error: no class but the built-in ones, no name, no properties. Here
 * name, message, stack, causes and properties are kept; built-in errors and those of this package are of their class again.
 */
import {
  FlowRunEnded,
  messageOf,
  ParametersInvalid,
  ParametersTooLarge,
  RetryAfter,
  RunCancelled,
  TimedOut,
  UnsuccessfulState,
  UpstreamFailed,
  UsageError,
  WeirError,
} from '../errors.ts'
import { TransactionRolledBack } from '../transactions/errors.ts'
import { findUncloneable } from './find-uncloneable.ts'

/** A thrown value on its way. */
export type CarriedError =
  | {
      kind: 'error'
      name: string
      message: string
      stack: string | undefined
      /** Names of its classes, its own first. */
      classes: string[]
      /** Own properties that can travel; `code`, `hint` and what authors add. */
      properties: Record<string, unknown>
      /** Marks of this package. */
      brands: string[]
      cause: CarriedError | undefined
      errors: CarriedError[] | undefined
    }
  | { kind: 'value'; value: unknown }

const DEPTH = 8
const STANDARD = new Set(['name', 'message', 'stack', 'cause', 'errors'])

/** Never throws: what cannot be read or cloned is left out. */
export function carryError(thrown: unknown, depth = DEPTH): CarriedError {
  if (!(thrown instanceof Error)) return { kind: 'value', value: findUncloneable(thrown) === null ? thrown : messageOf(thrown) }
  const read = <T>(get: () => T): T | undefined => {
    try {
      return get()
    } catch {
      return undefined
    }
  }
  const properties: Record<string, unknown> = {}
  for (const key of read(() => Object.keys(thrown)) ?? []) {
    const value = read(() => (thrown as unknown as Record<string, unknown>)[key])
    if (!STANDARD.has(key) && value !== undefined && findUncloneable(value) === null) properties[key] = value
  }
  const cause = read(() => thrown.cause)
  const errors = thrown instanceof AggregateError ? read(() => [...thrown.errors] as unknown[]) : undefined
  return {
    kind: 'error',
    name: String(read(() => thrown.name) ?? 'Error'),
    message: String(read(() => thrown.message) ?? ''),
    stack: read(() => (typeof thrown.stack === 'string' ? thrown.stack : undefined)),
    classes: classesOf(thrown),
    properties,
    brands: Object.getOwnPropertySymbols(thrown).flatMap((symbol) => Symbol.keyFor(symbol)?.match(/^weirflow\..*/)?.[0] ?? []),
    cause: cause === undefined || depth === 0 ? undefined : carryError(cause, depth - 1),
    errors: errors === undefined || depth === 0 ? undefined : errors.map((error) => carryError(error, depth - 1)),
  }
}

function classesOf(error: Error): string[] {
  const classes: string[] = []
  for (let prototype: unknown = Object.getPrototypeOf(error); prototype && prototype !== Object.prototype; ) {
    const { constructor: made } = prototype as { constructor?: { name?: unknown } }
    if (typeof made?.name === 'string') classes.push(made.name)
    prototype = Object.getPrototypeOf(prototype)
  }
  return classes
}

/** Classes that are the same in every thread. */
const KNOWN: Record<string, { readonly prototype: object }> = {
  Error,
  TypeError,
  RangeError,
  SyntaxError,
  ReferenceError,
  URIError,
  EvalError,
  AggregateError,
  FlowRunEnded,
  ParametersInvalid,
  ParametersTooLarge,
  RunCancelled,
  TimedOut,
  TransactionRolledBack,
  UnsuccessfulState,
  UpstreamFailed,
  UsageError,
  RetryAfter,
  WeirError,
}

/** What was thrown, in this thread. */
export function reviveError(carried: CarriedError): unknown {
  if (carried.kind === 'value') return carried.value
  const known = carried.classes.find((name) => Object.hasOwn(KNOWN, name)) ?? 'Error'
  const error = Object.create(KNOWN[known]?.prototype ?? Error.prototype) as Error
  const define = (key: string, value: unknown, enumerable = false) =>
    Object.defineProperty(error, key, { value, enumerable, writable: true, configurable: true })
  define('message', carried.message)
  define('stack', carried.stack)
  if (carried.name !== error.name) define('name', carried.name)
  if (carried.cause) define('cause', reviveError(carried.cause))
  if (carried.errors) define('errors', carried.errors.map(reviveError))
  for (const [key, value] of Object.entries(carried.properties)) define(key, value, true)
  for (const brand of carried.brands) Object.defineProperty(error, Symbol.for(brand), { value: true })
  return error
}
