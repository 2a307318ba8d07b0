/** Values that move to another thread instead of being copied. */
import type { Transferable } from 'node:worker_threads'
import { UsageError } from './errors.ts'

const KEY = Symbol.for('weirflow.transfers')
/** Shared by all copies of the package. */
const transfers: WeakMap<object, readonly Transferable[]> = ((globalThis as { [KEY]?: WeakMap<object, readonly Transferable[]> })[KEY] ??=
  new WeakMap())

/**
 * Marks an argument (or a returned value) of a task: when it goes to another thread, its memory moves there and is not copied; here it is empty then. By
 * default what moves is the value itself: an ArrayBuffer, a typed array's buffer, a MessagePort; `list` names what is inside of it. Gives the same value.
 * A task that may be tried again gets a copy, so that the next attempt finds it whole. Outside of threads it has no effect.
 */
export function transfer<T extends object>(value: T, list?: readonly Transferable[]): T {
  if (typeof value !== 'object' || value === null) throw new UsageError(`transfer needs an object, and got ${value === null ? 'null' : typeof value}`)
  transfers.set(value, list ?? [ArrayBuffer.isView(value) ? (value.buffer as ArrayBuffer) : (value as Transferable)])
  return value
}

/** What moves with these values. */
export const transfersOf = (values: readonly unknown[]): Transferable[] => [
  ...new Set(values.flatMap((value) => (typeof value === 'object' && value !== null ? (transfers.get(value) ?? []) : []))),
]
