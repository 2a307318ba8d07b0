/**
 * Reads what an event says, from text that a stranger may have written: one set of checks for the SDK where it is emitted, the API where it is sent, and the
 * reader of reports where it arrives. Limits: limits.ts.
 */
import { byteLength } from '../byte-length.ts'
import { LIMITS } from '../limits.ts'
import { jsonObject, list, Malformed, map, nullable, object, type Reader, text, uuid } from '../protocol/shape.ts'
import type { EventContent, EventResource, RelatedResource } from './event.ts'

const labels: Reader<Record<string, string>> = (value) => (value === undefined || value === null ? {} : someLabels(value))
const someLabels = map(text(LIMITS.eventLabel), LIMITS.eventLabels)

const resourceFields = { id: text(LIMITS.eventResource, 1), labels }
const resource = ofSize(object<EventResource>(resourceFields))
const someRelated = ofSize(list(object<RelatedResource>({ ...resourceFields, role: text(LIMITS.name, 1) }), LIMITS.eventRelated))
const somePayload = jsonObject(LIMITS.eventPayload)

/** The readers of each part, for what carries an event among other things. What is left out is as good as empty. */
export const eventFields: { [Field in keyof EventContent]: Reader<EventContent[Field]> } = {
  name: text(LIMITS.name, 1),
  resource,
  related: (value) => (value === undefined || value === null ? [] : someRelated(value)),
  payload: (value) => (value === undefined || value === null ? {} : somePayload(value)),
  follows: nullable(uuid),
}

/** Throws `Malformed` with the place: `related.2.role`. */
export const readEvent: Reader<EventContent> = object<EventContent>(eventFields)

/** Resources are for finding an event, and stand in its row: what is large belongs into the payload. */
function ofSize<Value>(read: Reader<Value>): Reader<Value> {
  return (value) => {
    const given = read(value)
    if (byteLength(JSON.stringify(given)) > LIMITS.eventResources) throw new Malformed(`at most ${LIMITS.eventResources} bytes of JSON`)
    return given
  }
}
