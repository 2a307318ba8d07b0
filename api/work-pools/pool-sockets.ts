/**
 * The workers' sockets of one WorkPool: who they are, what they carry through hibernation, how something is said on them.
 * A socket that closes at this very moment is no error: what was in it is sent again with the worker's next hello.
 */
import type { SessionAttachment } from '../../core/coordinator.ts'
import { newId } from '../../core/ids.ts'
import type { Instant } from '../../core/instant.ts'
import type { PoolMessage } from '../../core/protocol/pool-messages.ts'
import { SOCKET_PING, SOCKET_PONG } from '../../core/protocol/version.ts'

/** What a socket carries through hibernation. */
interface SocketAttachment {
  /** Name of the socket inside this object. */
  id: string
  /** Key that opened it. */
  apiKeyId: string
  /** Until when that key works; null = for ever. */
  expiresAt: Instant | null
  workPoolType: string
  /** Null until its hello was answered. */
  session: SessionAttachment | null
}

/** Assignments above this go in several messages, so that none is larger than a worker takes. */
const MAX_ASSIGN_TEXT = 512 * 1024

export class PoolSockets {
  readonly #ctx: DurableObjectState
  readonly #sockets = new Map<string, WebSocket>()

  /** Takes up the sockets that outlived the object, and lets the runtime answer pings while it sleeps. */
  constructor(ctx: DurableObjectState) {
    this.#ctx = ctx
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(SOCKET_PING, SOCKET_PONG))
    for (const socket of ctx.getWebSockets()) this.#sockets.set(attachmentOf(socket).id, socket)
  }

  /** Accepts the server's end of a new socket. */
  accept(socket: WebSocket, identity: Pick<SocketAttachment, 'apiKeyId' | 'expiresAt' | 'workPoolType'>): void {
    this.#ctx.acceptWebSocket(socket)
    const id = newId()
    const { apiKeyId, expiresAt, workPoolType } = identity
    socket.serializeAttachment({ id, apiKeyId, expiresAt, workPoolType, session: null } satisfies SocketAttachment)
    this.#sockets.set(id, socket)
  }

  /** Open sockets, those that are closing included. */
  get count(): number {
    return this.#ctx.getWebSockets().length
  }

  /** What each socket carries. A copy: closing some of them while reading is fine. */
  list(): SocketAttachment[] {
    return [...this.#sockets.values()].map(attachmentOf)
  }

  has(id: string): boolean {
    return this.#sockets.has(id)
  }

  /** When the first of their keys expires; null = none does. */
  get nextExpiry(): Instant | null {
    const expiries = this.list().flatMap(({ expiresAt }) => expiresAt ?? [])
    return expiries.length === 0 ? null : Math.min(...expiries)
  }

  /** Its socket has closed. */
  forget(id: string): void {
    this.#sockets.delete(id)
  }

  /** Type of the pool as /connect has read it; undefined while no socket is here. */
  get workPoolType(): string | undefined {
    for (const socket of this.#sockets.values()) return attachmentOf(socket).workPoolType
    return undefined
  }

  /** Writes what must outlive hibernation into the socket's attachment. */
  keep(id: string, session: SessionAttachment | null): void {
    const socket = this.#sockets.get(id)
    socket?.serializeAttachment({ ...attachmentOf(socket), session } satisfies SocketAttachment)
  }

  send(id: string, message: PoolMessage): void {
    const socket = this.#sockets.get(id)
    if (!socket) return
    try {
      const texts =
        message.type === 'assign' ? assignTexts(message.assignments.map((assignment) => JSON.stringify(assignment))) : [JSON.stringify(message)]
      for (const text of texts) socket.send(text)
    } catch {
      // It closes at this moment.
    }
  }

  close(id: string, code: number, reason: string): void {
    const socket = this.#sockets.get(id)
    this.#sockets.delete(id)
    try {
      socket?.close(code, reason.slice(0, 120))
    } catch {
      // It is closed already.
    }
  }

  /** When the runtime last answered a ping of this socket; 0 = never. */
  pingedAt(id: string): Instant {
    const socket = this.#sockets.get(id)
    return (socket && this.#ctx.getWebSocketAutoResponseTimestamp(socket)?.getTime()) ?? 0
  }
}

/** What a socket carries. */
export const attachmentOf = (socket: WebSocket): SocketAttachment => socket.deserializeAttachment() as SocketAttachment

/** `assign` messages of at most about `MAX_ASSIGN_TEXT`, unless one assignment alone is longer. */
function* assignTexts(assignments: readonly string[]): Generator<string> {
  let page: string[] = []
  let length = 0
  for (const text of assignments) {
    if (page.length > 0 && length + text.length > MAX_ASSIGN_TEXT) {
      yield `{"type":"assign","assignments":[${page.join(',')}]}`
      page = []
      length = 0
    }
    page.push(text)
    length += text.length
  }
  if (page.length > 0) yield `{"type":"assign","assignments":[${page.join(',')}]}`
}
