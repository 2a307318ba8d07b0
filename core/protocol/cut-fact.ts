/**
 * Cuts what a report carries to what the record takes (limits.ts), so that a part which is too large costs that part and not its fact. The SDK does it
 * before it sends, the reader of reports with whatever arrives. Nothing is changed in place; what has the wrong shape is left for the reader to refuse.
 */
import type { JsonObject } from '../json-value.ts'
import { cutTo, LIMITS } from '../limits.ts'
import { STATE_DETAILS } from './read-state.ts'
import { isRecord, json, Malformed, type Reader } from './shape.ts'

/** Listed once: this is asked for each state of each task run. */
const DETAIL_READERS = Object.entries(STATE_DETAILS) as [string, Reader<unknown>][]

/** Told of each cut that the value itself does not show: `part` is the same word each time the same part is cut. */
export type SayCut = (part: string, message: string) => void

/** One fact of whatever kind. `say` is told without the name of what the fact is about. */
export function cutFact(fact: unknown, say: SayCut): unknown {
  if (!isRecord(fact)) return fact
  switch (fact['kind']) {
    case 'flow-run-state':
      return { ...fact, state: cutState(fact['state'], say) }
    case 'task-run': {
      const { name, taskKey, dynamicKey, tags, states, upstream } = fact
      return {
        ...fact,
        name: cutName(name),
        taskKey: cutName(taskKey),
        dynamicKey: cutLong(dynamicKey, 1_024),
        tags: cutTags(tags, say),
        states: cutStates(states, say),
        upstream: cutList(upstream, LIMITS.upstream, 'upstream task runs', say),
      }
    }
    case 'child-flow-run':
      return { ...fact, ...cutRun(fact, say), states: cutStates(fact['states'], say) }
    case 'artifact':
      return { ...fact, description: cutLong(fact['description'], LIMITS.description) }
    case 'logs':
      return { ...fact, lines: Array.isArray(fact['lines']) ? fact['lines'].map((line) => cutLine(line, say)) : fact['lines'] }
    default:
      return fact
  }
}

/** What creates a run. */
export const cutCreation = (creation: unknown, say: SayCut): unknown => (isRecord(creation) ? { ...creation, ...cutRun(creation, say) } : creation)

function cutRun({ flowName, name, tags, parameters }: Record<string, unknown>, say: SayCut) {
  return { flowName: cutName(flowName), name: cutName(name), tags: cutTags(tags, say), parameters: cutParameters(parameters, say) }
}

/** Parameters, or an object that says in their place why they are not stored. */
function cutParameters(parameters: unknown, say: SayCut): unknown {
  const problem = isRecord(parameters) ? problemOf(json(LIMITS.parameters), parameters) : null
  if (problem === null) return parameters
  say('parameters', `parameters are not stored: expected ${problem}`)
  return { '… (not stored)': `expected ${problem}` }
}

/** Fields of a log line: those that fit, in their order, and how many did not. */
export function cutFields(fields: JsonObject): JsonObject {
  if (problemOf(json(LIMITS.logFields), fields) === null) return fields
  // Room for the entry that tells of the others.
  let room = LIMITS.logFields - 256
  const entries = Object.entries(fields)
  const kept = entries.filter((entry) => {
    if (problemOf(json(Math.max(0, room)), entry) !== null) return false
    room -= JSON.stringify(entry).length * 3
    return true
  })
  const left = entries.length - kept.length
  kept.push([
    '… (cut)',
    `${left} of ${entries.length} fields are not kept: at most ${LIMITS.logFields} bytes of JSON, ${LIMITS.jsonDepth} levels deep, fit`,
  ])
  return Object.fromEntries(kept)
}

function cutLine(line: unknown, say: SayCut): unknown {
  if (!isRecord(line) || !isRecord(line['fields'])) return line
  const fields = cutFields(line['fields'] as JsonObject)
  if (fields === line['fields']) return line
  say('fields', 'fields of log lines were cut')
  return { ...line, fields }
}

function cutState(state: unknown, say: SayCut): unknown {
  if (!isRecord(state)) return state
  const { name, message, details } = state
  return {
    ...state,
    name: cutName(name),
    message: cutLong(typeof message === 'number' || typeof message === 'boolean' ? String(message) : message, LIMITS.stateMessage),
    details: cutDetails(details, say),
  }
}

function cutDetails(details: unknown, say: SayCut): unknown {
  if (details === undefined) return details
  if (!isRecord(details)) {
    say('details', 'details of a state are not stored: expected an object')
    return {}
  }
  const kept: Record<string, unknown> = {}
  for (const [key, read] of DETAIL_READERS) {
    if (details[key] === undefined) continue
    try {
      kept[key] = read(details[key])
    } catch (error) {
      say(key, `detail ${key} of a state is not stored: ${explain(error)}`)
    }
  }
  return kept
}

/** The newest states that fit. */
function cutStates(states: unknown, say: SayCut): unknown {
  if (!Array.isArray(states)) return states
  let from = states.length
  let room: number = LIMITS.statesText
  while (from > 0 && states.length - from < LIMITS.states) {
    room -= textOf(states[from - 1])
    // The present one is always told.
    if (room < 0 && from < states.length) break
    from -= 1
  }
  if (from > 0) say('states', `only the last ${states.length - from} of ${states.length} states are stored`)
  return states.slice(from).map((state) => cutState(state, say))
}

function textOf(state: unknown): number {
  const { message, details } = isRecord(state) ? state : {}
  const error = isRecord(details) && isRecord(details['error']) ? details['error'] : {}
  return lengthOf(message) + lengthOf(error['message']) + lengthOf(error['stack'])
}

const lengthOf = (text: unknown): number => (typeof text === 'string' ? Math.min(text.length, LIMITS.errorStack) : 0)

function cutTags(tags: unknown, say: SayCut): unknown {
  if (!Array.isArray(tags)) return tags
  return (cutList(tags, LIMITS.tags, 'tags', say) as unknown[]).map((tag) => cutLong(tag, LIMITS.tag))
}

function cutList(list: unknown, max: number, what: string, say: SayCut): unknown {
  if (!Array.isArray(list) || list.length <= max) return list
  say(what, `only the first ${max} of ${list.length} ${what} are stored`)
  return list.slice(0, max)
}

const cutName = (name: unknown): unknown => cutLong(name, LIMITS.name)

const cutLong = (text: unknown, max: number): unknown => (typeof text === 'string' ? cutTo(text, max) : text)

/** What the reader expected; null when it can read the value. */
function problemOf(read: Reader<unknown>, value: unknown): string | null {
  try {
    read(value)
    return null
  } catch (error) {
    if (error instanceof Malformed) return error.expected
    throw error
  }
}

function explain(error: unknown): string {
  if (error instanceof Malformed) return error.message
  throw error
}
