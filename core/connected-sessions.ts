/**
 * The sessions that are connected to one WorkPool, each with its socket and its room. A worker has at most the room that it spoke of: what was pushed and
 * not acknowledged, and what is reserved, is taken off.
 */
import { roomiest, type WorkerRoom } from './dispatch.ts'
import type { Instant } from './instant.ts'
import type { Renew } from './protocol/worker-messages.ts'

/** What must survive hibernation about a socket: small enough for its attachment. */
export interface SessionAttachment {
  sessionId: string
  workerId: string
  workerName: string
  queueIds: string[]
  slots: number
  free: number
  draining: boolean
  protocol: number
  /** Pushed and not acknowledged, and reserved: both take room. */
  taken: number
  heardAt: Instant
}

/** One of them, as it is known at this moment. */
export interface Session extends Omit<SessionAttachment, 'taken'> {
  socket: string
  reserved: number
  /** Pushed, not acknowledged. Keys `run/epoch`. */
  pushed: Map<string, Instant>
  /** Runs that it has acknowledged on this socket, as long as they are PENDING, and when. */
  acknowledged: Map<string, Instant>
  /** Runs that the record gives it and it does not name, and since when. */
  unnamed: Map<string, Instant>
  /** Room known to be taken, of which nothing else is known any more (after hibernation). */
  forgotten: number
  /** The renewal that waits to be written and answered. */
  renewal: Renew | null
  /** Heard since the last renewal write. */
  heard: boolean
}

export class ConnectedSessions implements Iterable<Session> {
  readonly #byId = new Map<string, Session>()
  readonly #bySocket = new Map<string, string>();

  [Symbol.iterator](): IterableIterator<Session> {
    return this.#byId.values()
  }

  get size(): number {
    return this.#byId.size
  }

  get(sessionId: string): Session | undefined {
    return this.#byId.get(sessionId)
  }

  onSocket(socket: string): Session | undefined {
    const sessionId = this.#bySocket.get(socket)
    return sessionId === undefined ? undefined : this.#byId.get(sessionId)
  }

  /** A session that has said hello, of which nothing else is known yet. */
  add(known: Omit<SessionAttachment, 'taken'> & Pick<Session, 'socket' | 'heard'> & Partial<Session>): void {
    const unknown = { reserved: 0, forgotten: 0, renewal: null, pushed: new Map(), acknowledged: new Map(), unnamed: new Map() }
    this.#byId.set(known.sessionId, { ...unknown, ...known })
    this.#bySocket.set(known.socket, known.sessionId)
  }

  /** Its socket is closed. Answers the session that has left with it. */
  remove(socket: string): Session | undefined {
    const session = this.onSocket(socket)
    this.#bySocket.delete(socket)
    if (session) this.#byId.delete(session.sessionId)
    return session
  }

  /** Somebody spoke on this socket. */
  hear(socket: string, now: Instant): Session | undefined {
    const session = this.onSocket(socket)
    if (session) {
      session.heardAt = now
      session.heard = true
    }
    return session
  }

  /** Whether any of them was heard in the last `within` milliseconds. */
  isAttended(within: number, now: Instant): boolean {
    for (const { heardAt } of this) if (now - heardAt < within) return true
    return false
  }

  /** Who has room, for `chooseAssignments`. */
  rooms(): WorkerRoom[] {
    return Array.from(this, (session) => ({ sessionId: session.sessionId, free: availableRoom(session), queueIds: session.queueIds }))
  }

  get hasRoom(): boolean {
    for (const session of this) if (availableRoom(session) > 0) return true
    return false
  }

  /** The one with the most room for a run of this queue. */
  roomiest(queueId: string): Session | undefined {
    const worker = roomiest(this.rooms(), queueId)
    return worker && this.#byId.get(worker.sessionId)
  }
}

/** What is to be kept of it while its object sleeps. */
export function attachmentOf(session: Session): SessionAttachment {
  const { sessionId, workerId, workerName, queueIds, slots, free, draining, protocol, heardAt } = session
  return { sessionId, workerId, workerName, queueIds, slots, free, draining, protocol, taken: takenRoom(session), heardAt }
}

/** What it can be given now. */
export const availableRoom = (session: Session): number => (session.draining ? 0 : Math.max(0, session.free - takenRoom(session)))

const takenRoom = (session: Session): number => session.reserved + session.pushed.size + session.forgotten
