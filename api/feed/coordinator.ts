/**
 * The Feed of one topic of one workspace: listeners on one side, rings on the other.
 * 1. It is no record. Every listener's place stands in the attachment of its socket; what it is sent is read from `changes`, in commit order.
 * 2. However often it is rung, it reads once per `feedDebounce`, from the place of the listener that is furthest behind.
 * 3. Idle, it hibernates with its sockets open. While somebody listens to a run or to the list of runs, an alarm keeps that marked in the record, where whoever
 *    writes looks before ringing; without listeners there is no alarm, and other topics have none at all.
 */
import { DurableObject } from 'cloudflare:workers'
import type { Instant } from '../../core/instant.ts'
import type { Timings } from '../../core/timings.ts'
import { FLOW_RUNS_TOPIC, isTopic } from '../../core/topics.ts'
import type { Db } from '../../db/client.ts'
import { type ReadChanges, type RecordedChange, readChanges } from '../../db/queries/changes/read-changes.ts'
import { markListened } from '../../db/queries/changes/listened-topics.ts'
import { markWatched } from '../../db/queries/changes/mark-watched.ts'
import { timingsOf } from '../context.ts'
import { type FeedChange, type FeedCoordinator, type FeedMessage, feedName, workPoolOf } from '../coordinators.ts'
import type { Env } from '../env.ts'
import { type Log, logOf } from '../log.ts'
import { recordOf } from '../record.ts'
import { asRequest, currentRequestId } from '../requests/request-id.ts'
import { comparePositions, cursorAt, type FeedCursor, formatCursor, isResumable, parseCursor } from './feed-cursor.ts'

/** What a listener's socket carries through hibernation. */
interface Listener {
  /** Everything up to here was sent; null until the first read tells where "now" is. */
  cursor: FeedCursor | null
  /** Nothing was sent yet: even an empty first message tells the listener where it stands. */
  isNew: boolean
  /** The cursor it came with cannot be resumed, and it has not been told yet. */
  isReset: boolean
}

/** Changes in one read and in one message. */
const PAGE = 1_000
/** Listeners of one topic of one workspace. */
const MAX_LISTENERS = 5_000

export class Feed extends DurableObject<Env> implements FeedCoordinator {
  readonly #timings: Timings
  readonly #log: Log
  readonly #workspaceId: string
  readonly #topic: string
  readonly #db: Db
  /** What is listened to is marked, as far as this awake object knows. A run that was over may have been set going again. */
  #isMarked = false
  #reading = false
  #wanted = false
  #lastRead: Instant = 0

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    const [workspaceId = '', , ...topic] = (ctx.id.name ?? '').split('/')
    this.#workspaceId = workspaceId
    this.#topic = topic.join('/')
    this.#timings = timingsOf(env)
    this.#log = logOf(env, { feed: ctx.id.name })
    this.#db = recordOf(env).inWorkspace(workspaceId)
  }

  /** GET `listenUrl` with an upgrade. */
  override async fetch(request: Request): Promise<Response> {
    const { searchParams } = new URL(request.url)
    if (!this.#isOwn(searchParams.get('workspaceId'), searchParams.get('topic'))) return new Response('another workspace or topic', { status: 403 })
    if (request.headers.get('upgrade') !== 'websocket') return new Response('expected an upgrade to websocket', { status: 426 })
    if (this.ctx.getWebSockets().length >= MAX_LISTENERS) return new Response('too many listeners', { status: 503 })
    const { 0: client, 1: server } = new WebSocketPair()
    const since = searchParams.get('since')
    const cursor = since === null ? null : parseCursor(since)
    const resumable = cursor !== null && isResumable(cursor, Date.now())
    this.ctx.acceptWebSocket(server)
    keep(server, { cursor: resumable ? cursor : null, isNew: true, isReset: since !== null && !resumable })
    // Once more behind the mark: what was written before it rang nobody.
    const begin = () => Promise.all([this.#read(), this.#mark().then((isMarked) => (isMarked ? this.#read() : undefined))])
    this.ctx.waitUntil(asRequest(searchParams.get('requestId') ?? undefined, begin))
    return new Response(null, { status: 101, webSocket: client })
  }

  async ring({ workspaceId, topic, requestId }: Parameters<FeedCoordinator['ring']>[0]): Promise<void> {
    if (!this.#isOwn(workspaceId, topic)) throw new Error(`the feed ${this.ctx.id.name} was rung for another workspace or topic`)
    if (this.#listeners().length === 0) return
    this.ctx.waitUntil(asRequest(requestId, () => (this.#isMarked ? this.#read() : this.#mark().then(() => this.#read()))))
  }

  /** Listeners say nothing; whatever comes is ignored. */
  override webSocketMessage(): void {}

  override webSocketClose(socket: WebSocket, code: number): void {
    socket.close(code === 1005 || code === 1006 ? 1000 : code)
  }

  override webSocketError(): void {}

  /** While somebody listens to what is marked; and after a read that failed. */
  override async alarm(): Promise<void> {
    if (this.#listeners().length === 0) return
    await this.#mark()
    await this.#read()
  }

  /** Debounced; calls while a read is under way are answered by one more read after it. Never throws. */
  async #read(): Promise<void> {
    this.#wanted = true
    if (this.#reading) return
    this.#reading = true
    try {
      while (this.#wanted) {
        const wait = this.#lastRead + this.#timings.feedDebounce - Date.now()
        if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
        this.#wanted = false
        this.#lastRead = Date.now()
        if (await this.#readOnce()) this.#wanted = true
      }
    } catch (error) {
      this.#log.warn('changes could not be read, trying again', { error })
      await this.#armAt(Date.now() + this.#timings.reportInterval)
    } finally {
      this.#reading = false
    }
  }

  /** One page for everybody; whether there is more to read. */
  async #readOnce(): Promise<boolean> {
    const after = this.#furthestBehind()
    if (this.#listeners().length === 0) return false
    const answer = await this.#db.run(readChanges({ topic: this.#topic, after, limit: PAGE }))
    // Listeners may have come while the read was under way: those further behind than the page are served by the next one.
    let more = answer.isFull || answer.isHeldBack
    for (const socket of this.#listeners()) if (!this.#serve(socket, after, answer)) more = true
    return more
  }

  /** Sends one listener its part of the page. False when the page does not reach back to its place. */
  #serve(socket: WebSocket, after: FeedCursor | null, answer: ReadChanges): boolean {
    const { cursor, isNew, isReset } = listenerOf(socket)
    const next = cursorAt(answer.next, answer.now)
    // A place above the oldest running transaction is not of this database (it was restored, or the cursor made up).
    const isAhead = cursor !== null && !answer.isFull && comparePositions(cursor, next) > 0
    if (cursor === null || isAhead) {
      send(socket, { cursor: formatCursor(next), reset: isReset || isAhead, changes: [] })
    } else {
      if (after === null || comparePositions(cursor, after) < 0) return false
      if (comparePositions(cursor, next) > 0) return true
      const own = answer.changes.filter((change) => comparePositions(change, cursor) > 0)
      if (own.length > 0 || isNew) send(socket, { cursor: formatCursor(next), reset: false, changes: merge(this.#topic, own) })
    }
    keep(socket, { cursor: next, isNew: false, isReset: false })
    return true
  }

  /** Marks in the record what is listened to, for as long as there are listeners. Answers whether it is marked now. Never throws. */
  async #mark(): Promise<boolean> {
    if (this.#listeners().length === 0) return false
    const [noun, flowRunId] = this.#topic.split('/')
    try {
      if (this.#topic === FLOW_RUNS_TOPIC) this.#isMarked = await this.#markList()
      else if (noun === 'flow-run' && flowRunId) this.#isMarked = await this.#markRun(flowRunId)
      if (this.#isMarked) await this.#armAt(Date.now() + this.#timings.watch / 2)
    } catch (error) {
      this.#log.warn('what is listened to could not be marked, trying again', { error })
      await this.#armAt(Date.now() + this.#timings.watch / 2)
    }
    return this.#isMarked
  }

  async #markList(): Promise<true> {
    await this.#db.run(markListened({ topic: this.#topic, milliseconds: this.#timings.watch }))
    return true
  }

  /** Not when it is over. Its holder is told at once. */
  async #markRun(flowRunId: string): Promise<boolean> {
    const watched = await this.#db.run(markWatched({ flowRunId, milliseconds: this.#timings.watch }))
    if (!watched || watched.isFinal) return false
    if (!watched.wasWatched && watched.workPoolId && watched.sessionId) {
      const { workspaceId, workPoolId, sessionId, epoch, until } = {
        ...watched,
        workspaceId: this.#workspaceId,
        workPoolId: watched.workPoolId,
        sessionId: watched.sessionId,
      }
      const stub = workPoolOf(this.env, workspaceId, workPoolId)
      await stub.direct({ workspaceId, workPoolId, sessionId, flowRunId, epoch, directive: { kind: 'watch', until }, requestId: currentRequestId() })
    }
    return true
  }

  async #armAt(at: Instant): Promise<void> {
    const armed = await this.ctx.storage.getAlarm()
    if (armed === null || armed > at || armed < Date.now()) await this.ctx.storage.setAlarm(at)
  }

  #isOwn(workspaceId: string | null, topic: string | null): boolean {
    return workspaceId !== null && topic !== null && isTopic(topic) && this.ctx.id.name === feedName(workspaceId, topic)
  }

  #listeners(): WebSocket[] {
    return this.ctx.getWebSockets().filter((socket) => socket.readyState === WebSocket.OPEN)
  }

  /** The lowest cursor of all listeners; null when none has one yet. */
  #furthestBehind(): FeedCursor | null {
    let lowest: FeedCursor | null = null
    for (const socket of this.#listeners()) {
      const { cursor } = listenerOf(socket)
      if (cursor && (lowest === null || comparePositions(cursor, lowest) < 0)) lowest = cursor
    }
    return lowest
  }
}

const listenerOf = (socket: WebSocket): Listener => socket.deserializeAttachment() as Listener
const keep = (socket: WebSocket, listener: Listener): void => socket.serializeAttachment(listener)

function send(socket: WebSocket, message: FeedMessage): void {
  try {
    socket.send(JSON.stringify(message))
  } catch {
    // Closed between the look and the send: its owner comes again with its cursor.
  }
}

/** One entry per flow run, in the order of its last change. */
function merge(topic: string, changes: readonly RecordedChange[]): FeedChange[] {
  const merged = new Map<string, FeedChange>()
  for (const { flowRunId, changed } of changes) {
    const key = flowRunId ?? ''
    const before = merged.get(key)
    merged.delete(key)
    merged.set(key, { topic, flowRunId, changed: before ? [...new Set([...before.changed, ...changed])] : changed })
  }
  return [...merged.values()]
}
