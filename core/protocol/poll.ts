/**
 * The worker channel without a WebSocket: `POST /connect?pool=NAME`, answered when the pool has something to say or the wait is over. The messages are those
 * of the socket. A worker names its line with a UUID of its own; both directions are numbered from 1 and said again until the other side has heard them, so
 * that a request that broke, came twice or was overtaken costs time and no message. Which side does what: core/message-line.ts.
 */
import type { PoolMessage } from './pool-messages.ts'
import type { WorkerMessage } from './worker-messages.ts'

/** A line begins with the request whose message number 1 is a `hello`. A newer request of a line ends the wait of an older one. */
export interface PollRequest {
  /** UUID, made by the worker for each new line. */
  line: string
  /** Number of the first of `messages`; without messages the number of the next. */
  first: number
  /** All that the pool has not said it heard, in order. At most 1 MiB each. */
  messages: WorkerMessage[]
  /** Everything that the pool said up to and including this number has arrived. */
  heard: number
  /** Milliseconds that the pool may keep the request waiting; it may answer earlier. */
  wait: number
  /** The worker leaves for good: the session ends, as with close code 1000. */
  leaving: boolean
}

export interface PollAnswer {
  /** Everything that the worker said up to and including this number has been heard. */
  heard: number
  /** Number of the first of `messages`. */
  first: number
  messages: PoolMessage[]
  /** The line is over after these messages; `code` as a socket's close code. */
  closed?: { code: number; reason: string }
}

/** Close code: the pool does not know this line (its object was replaced, or the line fell silent). Open another one. */
export const UNKNOWN_LINE = 4404
/** Close code: the worker has not asked for what was said to it. Open another one. */
export const LINE_OVERFLOW = 4413
/** Text of the pool's messages in one answer, about; one alone may be longer. */
export const MAX_POLL_ANSWER_TEXT = 1024 * 1024
/** Text that waits for a worker's next request, at most. */
export const MAX_UNHEARD_TEXT = 16 * 1024 * 1024
