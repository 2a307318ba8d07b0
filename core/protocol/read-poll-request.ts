/** The body of a long poll, from text a stranger may have written. Its messages are read one by one, by `read-worker-message.ts`. */
import type { PollRequest } from './poll.ts'
import { boolean, integer, list, Malformed, object, type Reader, uuid } from './shape.ts'

/** Messages of one request. */
const MAX_MESSAGES = 1_000
const NUMBER = integer(0, Number.MAX_SAFE_INTEGER)

/** A poll whose messages have not been looked at. */
export type PollEnvelope = Omit<PollRequest, 'messages'> & { messages: unknown[] }

const anything: Reader<unknown> = (value) => value

const envelope = object<PollEnvelope>({
  line: uuid,
  first: integer(1, Number.MAX_SAFE_INTEGER),
  messages: list(anything, MAX_MESSAGES),
  heard: NUMBER,
  wait: integer(0, 3_600_000),
  leaving: (value) => (value === undefined ? false : boolean(value)),
})

/** Reads the envelope. Throws `Malformed`. */
export function readPollRequest(source: string): PollEnvelope {
  let value: unknown
  try {
    value = JSON.parse(source)
  } catch {
    throw new Malformed('JSON text')
  }
  return envelope(value)
}
