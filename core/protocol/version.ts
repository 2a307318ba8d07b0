/**
 * Version of the worker channel and of reports. Additive changes keep it; a worker offers the range it speaks, the server picks the highest it knows,
 * and serves two minor versions back. Objects and Workers of mixed versions meet for minutes after a deploy: unknown fields and messages are ignored.
 */
export const PROTOCOL_VERSION: number = 1
/** The two before the newest are served as well. */
export const OLDEST_PROTOCOL_VERSION: number = Math.max(1, PROTOCOL_VERSION - 2)

/** A text ping and its answer; the runtime answers without waking the WorkPool. It shows that the socket lives, no more. */
export const SOCKET_PING = 'ping'
export const SOCKET_PONG = 'pong'

/** One message of a worker. A larger one is refused with `message_too_large`. */
export const MAX_SOCKET_MESSAGE_BYTES = 1024 * 1024
/** Messages that one line of a worker may carry: so many at once, as many again in so many milliseconds. More are refused with `too_many_messages`. */
export const WORKER_MESSAGE_LIMIT = { capacity: 2_000, window: 4_000 }
/** One POST /reports body. */
export const MAX_REPORT_BYTES = 5 * 1024 * 1024
