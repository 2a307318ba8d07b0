/** A worker's socket message, from text a stranger may have written. Limits: docs/protocol.md. */
import { boolean, instant, integer, list, map, Malformed, object, oneOf, optional, text, uuid, variant } from './shape.ts'
import type { Acknowledge, HandBack, Hello, Renew, Room, RunKey, WorkerMessage } from './worker-messages.ts'

/** More slots than this need a second worker. */
const MAX_SLOTS = 10_000
const MAX_RUNS = 10_000

const runKey = object<RunKey>({ flowRunId: uuid, epoch: integer(1, 2_147_483_647) })

const hello = object<Hello>({
  type: oneOf(['hello']),
  protocol: object<Hello['protocol']>({ newest: integer(1, 1_000), oldest: integer(1, 1_000) }),
  sessionId: uuid,
  worker: object<Hello['worker']>({
    name: text(255, 1),
    version: text(64, 1),
    type: text(64, 1),
    labels: map(text(1_024), 64),
    hostname: text(255),
    pid: integer(0, 4_294_967_295),
  }),
  queues: list(text(255, 1), 100),
  slots: integer(1, MAX_SLOTS),
  holding: list(runKey, MAX_RUNS),
  sentAt: instant,
  understands: optional(list(text(64, 1), 64)),
})

const room = object<Room>({ type: oneOf(['room']), free: integer(0, MAX_SLOTS), draining: boolean })
const acknowledge = object<Acknowledge>({ type: oneOf(['acknowledge']), runs: list(runKey, MAX_RUNS) })
const handBack = object<HandBack>({
  type: oneOf(['hand-back']),
  runs: list(object<HandBack['runs'][number]>({ flowRunId: uuid, epoch: integer(1, 2_147_483_647), reason: text(1_024) }), MAX_RUNS),
})
const renew = object<Renew>({ type: oneOf(['renew']), sentAt: instant, holding: list(runKey, MAX_RUNS) })

const message = variant<WorkerMessage>('type', { hello, room, acknowledge, 'hand-back': handBack, renew })

/** Reads one message. Null for a `type` that this version does not know: a newer worker may send it, so it is ignored. Throws `Malformed`. */
export function readWorkerMessage(source: string): WorkerMessage | null {
  let value: unknown
  try {
    value = JSON.parse(source)
  } catch {
    throw new Malformed('JSON text')
  }
  return readParsedWorkerMessage(value)
}

/** The same for what is parsed already. */
export function readParsedWorkerMessage(value: unknown): WorkerMessage | null {
  if (typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string') {
    const { type } = value as { type: string }
    if (!KNOWN.has(type) && /^[a-z-]{1,64}$/.test(type)) return null
  }
  return message(value)
}

const KNOWN = new Set(['hello', 'room', 'acknowledge', 'hand-back', 'renew'])
