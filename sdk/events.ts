/**
 * What happened to something, told to whoever wants to know: from a run it travels with the run's reports, from elsewhere it is sent at once.
 *
 *     await events.emit({ event: 'order.shipped', resource: { id: `order.${id}` }, payload: { parcels: 2 } })
 */
import type { EventContent } from '../core/events/event.ts'
import { readEvent } from '../core/events/read-event.ts'
import { isUuid } from '../core/ids.ts'
import { instant, Malformed } from '../core/protocol/shape.ts'
import { checkKeys } from './check-options.ts'
import { askPatiently } from './client/ask-patiently.ts'
import { configuredControlPlane } from './client/configured-control-plane.ts'
import { ControlPlaneAway } from './client/control-plane.ts'
import { idOfCall } from './durable/id-of-call.ts'
import { now } from './engine/clock.ts'
import { messageOf, UsageError, WeirError } from './errors.ts'
import { redactJson } from './redaction/hidden-values.ts'
import { runScopes } from './run-context.ts'

/** What an event happened to. */
export interface EventResource {
  /** Whatever names it, 1 to 512 characters: `order.4711`. */
  id: string
  /** What else is known of it: at most 500, each up to 1,024 characters. */
  labels?: Record<string, string>
}

/** What else has to do with an event. */
export interface EventRelatedResource extends EventResource {
  /** As what: `customer`. */
  role: string
}

/** What happened. */
export interface EventOptions {
  /** In a word, 1 to 255 characters: `order.shipped`. */
  event: string
  /** What it happened to. */
  resource: EventResource
  /** At most 100. The run that emits it, its flow and its deployment come to them by themselves. */
  related?: readonly EventRelatedResource[]
  /** Whatever else there is to say: an object that JSON can say, of at most 512 KiB. */
  payload?: object
  /** When; now by default. */
  occurred?: Date
  /** A UUID. An event whose id is there already is not stored again. */
  id?: string
  /** Id of the event that this one came after. */
  follows?: string
}

/** Tells that something happened, in flows and outside. */
export const events = {
  /**
   * Gives the event's id. In a run it resolves at once: the event travels with the run's next report, and secrets that the run knows are hidden in it. Outside
   * of runs it resolves when the control plane has stored it. Rejects with UsageError, naming the field, for what is no event; outside of runs also with
   * UsageError when no control plane is configured, and WeirError with the API's code when it is refused.
   */
  emit,
}

const OPTIONS = ['event', 'resource', 'related', 'payload', 'occurred', 'id', 'follows'] as const
const OWNER = 'events.emit()'
/** An answer is waited for so long, in milliseconds. */
const PATIENCE = 60_000

const EMIT = `mutation EmitEvent($input: EmitEventInput!) { made: emitEvent(input: $input) { __typename ... on Error { code message hint } } }`

async function emit(options: EventOptions): Promise<string> {
  checkKeys(options, OPTIONS, OWNER)
  const content = contentOf(options)
  const occurred = instantOf(options.occurred)
  const scope = runScopes.getStore()
  const id = options.id === undefined ? idOfCall(scope, 'emit', content.name) : idIn(options.id, 'id')
  if (!scope?.flowRun) {
    await send({ ...redactJson(content), occurred: new Date(occurred ?? now()).toISOString(), id })
    return id
  }
  const { record, session } = scope.flowRun
  session.recorder.event({
    kind: 'event',
    eventId: id,
    flowRunId: record.id,
    taskRunId: scope.taskRun?.id ?? null,
    ...content,
    occurred,
    time: now(),
  })
  return id
}

/** The same id each time it is sent, so that it is stored once. */
async function send(input: Record<string, unknown>): Promise<void> {
  const controlPlane = await configuredControlPlane()
  if (!controlPlane)
    throw new UsageError(`${OWNER} needs a control plane, and none is configured`, 'Start one with "weir server start", or set WEIR_API_URL.')
  const signal = runScopes.getStore()?.signal ?? new AbortController().signal
  type Made = { made: { code?: string; message?: string; hint?: string | null } }
  const answer = await askPatiently<Made>(controlPlane, EMIT, { input }, { signal, patience: PATIENCE })
  if (!answer) throw new ControlPlaneAway(controlPlane.apiUrl, 'nobody answers')
  const { code, message, hint } = answer.made
  if (code !== undefined) throw new WeirError(code.toLowerCase(), `${OWNER}: ${message}`, hint ? { hint } : {})
}

function contentOf({ event, resource, related, payload, follows }: EventOptions): EventContent {
  checkKeys(resource ?? {}, ['id', 'labels'], `resource of ${OWNER}`)
  if (Array.isArray(related)) for (const one of related) checkKeys(one ?? {}, ['id', 'role', 'labels'], `related of ${OWNER}`)
  try {
    return readEvent({
      name: event,
      resource,
      related,
      payload: payloadOf(payload),
      follows: follows === undefined ? null : idIn(follows, 'follows'),
    })
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    const [part, ...rest] = error.path
    throw new UsageError(`${OWNER}: ${[part === 'name' ? 'event' : part, ...rest].join('.')} must be ${error.expected}`)
  }
}

/** As JSON says it: dates as text; nothing that would be lost is taken. */
function payloadOf(payload: unknown): unknown {
  if (payload === undefined) return undefined
  try {
    // What it has no word for is no object.
    return JSON.parse(JSON.stringify(payload) ?? '""') as unknown
  } catch (error) {
    throw new UsageError(`${OWNER}: payload must be an object that JSON can say: ${messageOf(error).split('\n')[0]}`)
  }
}

function idIn(id: unknown, field: string): string {
  const lower = typeof id === 'string' ? id.toLowerCase() : ''
  if (!isUuid(lower)) throw new UsageError(`${OWNER}: ${field} must be a UUID, and is ${JSON.stringify(id) ?? typeof id}`)
  return lower
}

function instantOf(occurred: unknown): number | null {
  if (occurred === undefined) return null
  try {
    if (occurred instanceof Date) return instant(occurred.getTime())
  } catch {
    // Told below.
  }
  throw new UsageError(`${OWNER}: occurred must be a Date of the years 1970 to 9999, and is ${String(occurred)}`)
}
