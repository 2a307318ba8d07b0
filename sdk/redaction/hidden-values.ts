/**
 * The secrets that this process knows. What the SDK records, prints and reports passes through `redactText` or `redactFact`; what the author's code prints
 * by itself passes through the process's own streams, which are watched from the first secret on.
 */
import type { JsonValue } from '../../core/json-value.ts'
import type { Fact } from '../../core/protocol/reports.ts'
import type { State } from '../../core/states.ts'
import { Redactor } from './redactor.ts'

interface Hidden {
  redactor: Redactor
  listeners: Set<(values: readonly string[]) => void>
  isWatching: boolean
}

const KEY = Symbol.for('weirflow.hidden-values')
type Holder = { [KEY]?: Hidden }

/** One per process or thread, whichever copy of the package asks. */
const hidden: Hidden = ((globalThis as Holder)[KEY] ??= { redactor: new Redactor(), listeners: new Set(), isWatching: false })

/** From now on the value is hidden; a list or an object: every text in it. */
export function hideValue(value: JsonValue): void {
  if (!hidden.redactor.add(value)) return
  if (!hidden.isWatching) {
    hidden.isWatching = true
    watchOutput()
  }
  for (const listener of hidden.listeners) listener(hidden.redactor.values)
}

/** Calls `listener` with all values whenever there is a new one, and now when there are any. */
export function onHidden(listener: (values: readonly string[]) => void): void {
  hidden.listeners.add(listener)
  if (!hidden.redactor.isEmpty) listener(hidden.redactor.values)
}

/** The text without the secrets that are known. */
export const redactText = (text: string): string => hidden.redactor.text(text)

/** JSON without them. */
export const redactJson = <Value>(value: Value): Value => hidden.redactor.json(value)

/** What is reported of a run, without them. Ids, types and times are left alone. */
export function redactFact<Reported extends Fact>(fact: Reported): Reported {
  return hidden.redactor.isEmpty ? fact : (redact(fact) as Reported)
}

function redact(fact: Fact): Fact {
  const { redactor } = hidden
  switch (fact.kind) {
    case 'flow-run-state':
      return { ...fact, state: redactState(fact.state) }
    case 'task-run':
      return { ...fact, name: redactor.text(fact.name), states: fact.states.map(redactState) }
    case 'logs':
      return {
        ...fact,
        lines: fact.lines.map((line) => ({
          ...line,
          message: redactor.text(line.message),
          ...(line.fields ? { fields: redactor.json(line.fields) } : {}),
        })),
      }
    case 'artifact':
      return { ...fact, description: fact.description === null ? null : redactor.text(fact.description), data: redactor.json(fact.data) }
    case 'event': {
      const { name, resource, related, payload } = fact
      return {
        ...fact,
        name: redactor.text(name),
        resource: redactor.json(resource),
        related: redactor.json(related),
        payload: redactor.json(payload),
      }
    }
    case 'child-flow-run':
      return { ...fact, name: redactor.text(fact.name), parameters: redactor.json(fact.parameters), states: fact.states.map(redactState) }
  }
}

function redactState(state: State): State {
  const { error, pause } = state.details
  const { redactor } = hidden
  return {
    ...state,
    name: redactor.text(state.name),
    message: state.message === null ? null : redactor.text(state.message),
    details: { ...state.details, ...(error ? { error: redactor.json(error) } : {}), ...(pause ? { pause: redactor.json(pause) } : {}) },
  }
}

/** What is printed around the SDK: console, direct writes, and the error of which the process dies. */
function watchOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream) as (chunk: string | Uint8Array, ...rest: unknown[]) => boolean
    stream.write = ((chunk: string | Uint8Array, ...rest: unknown[]) => write(redactChunk(chunk), ...rest)) as typeof stream.write
  }
  // Node prints the stack of an error that nobody caught by itself, past the stream.
  process.on('uncaughtExceptionMonitor', (error) => redactError(error, 0))
}

function redactChunk(chunk: string | Uint8Array): string | Uint8Array {
  if (typeof chunk === 'string') return redactText(chunk)
  const text = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('utf8')
  const redacted = redactText(text)
  return redacted === text ? chunk : Buffer.from(redacted)
}

function redactError(error: unknown, depth: number): void {
  if (!(error instanceof Error) || depth > 5) return
  try {
    error.message = redactText(error.message)
    if (error.stack !== undefined) error.stack = redactText(error.stack)
    redactError(error.cause, depth + 1)
  } catch {
    // One that cannot be written to is printed as it is.
  }
}
