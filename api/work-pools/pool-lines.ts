/**
 * The workers' lines to one WorkPool, sockets and long polls alike: who they are, what they carry through hibernation, how something is said on them.
 * A line that closes at this very moment is no error: what was in it is sent again with the worker's next hello.
 */
import type { SessionAttachment } from '../../core/connected-sessions.ts'
import { newId } from '../../core/ids.ts'
import type { Instant } from '../../core/instant.ts'
import type { PoolMessage } from '../../core/protocol/pool-messages.ts'
import type { PollEnvelope } from '../../core/protocol/read-poll-request.ts'
import { SOCKET_PING, SOCKET_PONG } from '../../core/protocol/version.ts'
import { attachmentOf, type LineAttachment } from './line-attachment.ts'
import { PolledLine } from './polled-line.ts'

/** What /connect knows of a line that opens. */
type LineOpening = Pick<LineAttachment, 'apiKeyId' | 'expiresAt' | 'workPoolType' | 'requestId'>

/** Assignments above this go in several messages, so that none is larger than a worker takes. */
const MAX_ASSIGN_TEXT = 512 * 1024

export class PoolLines {
  readonly #ctx: DurableObjectState
  readonly #sockets = new Map<string, WebSocket>()
  /** What the sockets carry, so that looking at all of them parses nothing. */
  readonly #attachments = new Map<string, LineAttachment>()
  /** Those that can be told something. */
  readonly #polled = new Map<string, PolledLine>()
  /** By the name that the worker gave, closed ones too until their worker has heard of it. */
  readonly #polledByName = new Map<string, PolledLine>()

  /** Takes up the sockets that outlived the object, and lets the runtime answer pings while it sleeps. */
  constructor(ctx: DurableObjectState) {
    this.#ctx = ctx
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(SOCKET_PING, SOCKET_PONG))
    for (const socket of ctx.getWebSockets()) {
      const attachment = attachmentOf(socket)
      this.#sockets.set(attachment.id, socket)
      this.#attachments.set(attachment.id, attachment)
    }
  }

  /** Accepts the server's end of a new socket. */
  accept(socket: WebSocket, identity: LineOpening): void {
    this.#ctx.acceptWebSocket(socket)
    const id = newId()
    const { apiKeyId, expiresAt, workPoolType, requestId } = identity
    this.#sockets.set(id, socket)
    this.#carry(socket, { id, apiKeyId, expiresAt, workPoolType, requestId, session: null })
  }

  /**
   * The line that the request belongs to; a request with message 1 opens it. Null: not known (any more). `onGone` is told when a line is given up because its
   * worker asked nothing for `patience` milliseconds.
   */
  poll(request: PollEnvelope, identity: LineOpening, patience: number, onGone: (id: string) => void): PolledLine | null {
    const { apiKeyId, expiresAt, workPoolType, requestId } = identity
    const known = this.#polledByName.get(request.line)
    // Whoever guesses a name still needs the key that opened it.
    if (known) return known.attachment.apiKeyId === apiKeyId ? known : null
    if (request.first !== 1 || request.messages.length === 0) return null
    const id = newId()
    const line = new PolledLine({
      attachment: { id, apiKeyId, expiresAt, workPoolType, requestId, session: null },
      patience,
      onGone: () => {
        this.#polled.delete(id)
        this.#polledByName.delete(request.line)
        onGone(id)
      },
    })
    this.#polled.set(id, line)
    this.#polledByName.set(request.line, line)
    return line
  }

  /** Whether the worker's line of this name is here, closed or not. */
  knows(name: string): boolean {
    return this.#polledByName.has(name)
  }

  /** Open lines, those that are closing included. */
  get count(): number {
    return this.#ctx.getWebSockets().length + this.#polledByName.size
  }

  /** What each line carries. A copy: closing some of them while reading is fine. */
  list(): LineAttachment[] {
    return [...this.#attachments.values(), ...[...this.#polled.values()].map(({ attachment }) => attachment)]
  }

  has(id: string): boolean {
    return this.#sockets.has(id) || this.#polled.has(id)
  }

  /** When the first of their keys expires; null = none does. */
  get nextExpiry(): Instant | null {
    const expiries = this.list().flatMap(({ expiresAt }) => expiresAt ?? [])
    return expiries.length === 0 ? null : Math.min(...expiries)
  }

  /** It has closed. */
  forget(id: string): void {
    this.#sockets.delete(id)
    this.#attachments.delete(id)
    this.#polled.delete(id)
  }

  /** Type of the pool as /connect has read it; undefined while no worker is here. */
  get workPoolType(): string | undefined {
    for (const { workPoolType } of this.#attachments.values()) return workPoolType
    for (const { attachment } of this.#polled.values()) return attachment.workPoolType
    return undefined
  }

  /** Writes what must outlive hibernation into the socket's attachment. */
  keep(id: string, session: SessionAttachment | null): void {
    const socket = this.#sockets.get(id)
    const attachment = this.#attachments.get(id)
    if (socket && attachment) this.#carry(socket, { ...attachment, session })
    const line = this.#polled.get(id)
    if (line) line.attachment = { ...line.attachment, session }
  }

  /** The key ends at this instant: remembered by every line that it opened. */
  expire(apiKeyId: string, expiresAt: Instant): void {
    for (const attachment of this.list()) {
      if (attachment.apiKeyId !== apiKeyId) continue
      const socket = this.#sockets.get(attachment.id)
      if (socket) this.#carry(socket, { ...attachment, expiresAt })
      const line = this.#polled.get(attachment.id)
      if (line) line.attachment = { ...line.attachment, expiresAt }
    }
  }

  #carry(socket: WebSocket, attachment: LineAttachment): void {
    socket.serializeAttachment(attachment)
    this.#attachments.set(attachment.id, attachment)
  }

  send(id: string, message: PoolMessage): void {
    const line = this.#sockets.get(id) ?? this.#polled.get(id)
    if (!line) return
    try {
      const texts =
        message.type === 'assign' ? assignTexts(message.assignments.map((assignment) => JSON.stringify(assignment))) : [JSON.stringify(message)]
      for (const text of texts) line.send(text)
    } catch {
      // It closes at this moment.
    }
  }

  close(id: string, code: number, reason: string): void {
    const line = this.#sockets.get(id) ?? this.#polled.get(id)
    this.forget(id)
    try {
      line?.close(code, reason.slice(0, 120))
    } catch {
      // It is closed already.
    }
  }

  /** When the runtime last answered a ping of this socket, or the worker last asked; 0 = never. */
  pingedAt(id: string): Instant {
    const line = this.#polled.get(id)
    if (line) return line.heardAt
    const socket = this.#sockets.get(id)
    return (socket && this.#ctx.getWebSocketAutoResponseTimestamp(socket)?.getTime()) ?? 0
  }
}

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
