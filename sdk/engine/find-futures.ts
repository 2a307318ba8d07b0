/**
 * Futures (and returned states) inside values: in arrays, sets, maps and plain objects, at any depth. Used for what goes into a task, and for what comes
 * out of tasks and flows. A value without any is handed on as it is, never copied.
 */
import { type AllowedFailure, allowedValue, isAllowedFailure, isTaskFuture, type TaskFuture, type TaskOutcome } from '../future.ts'
import type { StateType } from '../../core/states.ts'
import { isFinalState, isReturnedState } from '../states.ts'

/** What was found in a value. */
export interface Findings {
  /** Each future once, with whether its failure is a value. */
  futures: Map<TaskFuture<unknown>, boolean>
  /** Made by the author, or those of runs that have ended, but for those that are allowed to be failures. */
  states: { type: StateType; name: string; message: string | null; flowRunName?: string }[]
  /** Whether anything has to be put in the place of something. */
  any: boolean
}

/** Looks through the value once; what was wrapped by `allowFailure` counts as allowed to fail. */
export function findFutures(value: unknown): Findings {
  const findings: Findings = { futures: new Map(), states: [], any: false }
  walk(value, findings, false, null)
  return findings
}

function walk(value: unknown, findings: Findings, allowed: boolean, seen: Set<object> | null): void {
  if (typeof value !== 'object' || value === null) return
  if (isTaskFuture(value)) {
    findings.any = true
    // Where it stands once without `allowFailure`, its failure counts.
    findings.futures.set(value, allowed && (findings.futures.get(value) ?? true))
    return
  }
  if (isAllowedFailure(value)) {
    findings.any = true
    walk(allowedValue(value), findings, true, seen)
    return
  }
  if (isReturnedState(value)) {
    findings.any = true
    if (!allowed) findings.states.push(value)
    walk(value.data, findings, allowed, seen)
    return
  }
  if (isFinalState(value)) {
    findings.any = true
    if (!allowed) findings.states.push(value)
    return
  }
  const elements = elementsOf(value)
  if (elements === null) return
  const met = seen ?? new Set<object>()
  if (met.has(value)) return
  met.add(value)
  for (const element of elements) if (typeof element === 'object') walk(element, findings, allowed, met)
}

/** What is looked at inside of it; null = nothing: classes and the like are values, and futures inside them are the author's business. */
function elementsOf(value: object): Iterable<unknown> | null {
  if (Array.isArray(value) || value instanceof Set) return value
  if (value instanceof Map) return value.values()
  return isPlain(value) ? Object.values(value) : null
}

/** How each ended, once all have. */
export async function outcomesOf(futures: Iterable<TaskFuture<unknown>>): Promise<Map<TaskFuture<unknown>, TaskOutcome>> {
  const outcomes = new Map<TaskFuture<unknown>, TaskOutcome>()
  await Promise.all(
    [...futures].map(async (future) => {
      try {
        outcomes.set(future, { ok: true, value: await future })
      } catch (error) {
        outcomes.set(future, { ok: false, error })
      }
    }),
  )
  return outcomes
}

/** A copy with every future's value in its place; the rest is the same. `outcomeOf` is asked for settled futures only. */
export function replaceFutures(value: unknown, outcomeOf: (future: TaskFuture<unknown>) => TaskOutcome): unknown {
  return replace(value, outcomeOf, new Map())
}

function replace(value: unknown, outcomeOf: (future: TaskFuture<unknown>) => TaskOutcome, copies: Map<object, unknown>): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (isTaskFuture(value)) {
    const outcome = outcomeOf(value)
    return outcome.ok ? outcome.value : outcome.error
  }
  if (isAllowedFailure(value)) return replace(allowedValue(value as AllowedFailure<unknown>), outcomeOf, copies)
  if (isReturnedState(value)) return replace(value.data, outcomeOf, copies)
  if (isFinalState(value)) return value
  if (elementsOf(value) === null) return value
  const copied = copies.get(value)
  if (copied !== undefined) return copied
  if (!findFutures(value).any) {
    copies.set(value, value)
    return value
  }
  if (Array.isArray(value)) {
    const list: unknown[] = []
    copies.set(value, list)
    for (const element of value) list.push(replace(element, outcomeOf, copies))
    return list
  }
  if (value instanceof Set) {
    const set = new Set<unknown>()
    copies.set(value, set)
    for (const element of value) set.add(replace(element, outcomeOf, copies))
    return set
  }
  if (value instanceof Map) {
    const map = new Map<unknown, unknown>()
    copies.set(value, map)
    for (const [key, element] of value) map.set(key, replace(element, outcomeOf, copies))
    return map
  }
  const object: Record<string, unknown> = {}
  copies.set(value, object)
  for (const [key, element] of Object.entries(value)) {
    Object.defineProperty(object, key, { value: replace(element, outcomeOf, copies), enumerable: true, writable: true, configurable: true })
  }
  return object
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
