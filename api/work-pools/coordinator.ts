/**
 * The WorkPool of one work pool: its workers' sockets, the clock of its next due run, its judge. core/coordinator.ts decides, this carries out.
 * 1. It is no record and owns no number: whatever it believes is only a reason to ask Postgres, and it can be wiped, or doubled, at any moment.
 * 2. After any await the world may have changed: places are reserved before it and released after it, and sockets are looked up anew.
 * 3. What must outlive hibernation stands in the attachments of its sockets; the next due instant stands in its own storage.
 * 4. One alarm, armed at the earliest of all that is due. Everything in it is caught and it is armed again at its end. An idle pool has none.
 */
import { DurableObject } from 'cloudflare:workers'
import { Coordinator, type PoolCommand, type SessionAttachment } from '../../core/coordinator.ts'
import { newId } from '../../core/ids.ts'
import type { Instant } from '../../core/instant.ts'
import type { Goodbye, PoolMessage } from '../../core/protocol/pool-messages.ts'
import { readWorkerMessage } from '../../core/protocol/read-worker-message.ts'
import type { Directive } from '../../core/protocol/reports.ts'
import { Malformed } from '../../core/protocol/shape.ts'
import { MAX_SOCKET_MESSAGE_BYTES, SOCKET_PING, SOCKET_PONG } from '../../core/protocol/version.ts'
import type { Renew, RunKey, WorkerMessage } from '../../core/protocol/worker-messages.ts'
import type { Timings } from '../../core/timings.ts'
import { FLOW_RUNS_TOPIC, flowRunTopic, WORK_POOLS_TOPIC } from '../../core/topics.ts'
import { type AssignmentRow, listAssignmentsByState, listAssignmentsOfSession } from '../../db/queries/flow-runs/list-assignments.ts'
import { offerFlowRun } from '../../db/transitions/offer-flow-run.ts'
import { endSessions } from '../../db/transitions/sessions.ts'
import { coordinatorsOf, timingsOf } from '../context.ts'
import { type Offer, type OfferAnswer, type Presence, type WorkPoolCoordinator, workPoolName } from '../coordinators.ts'
import type { Env } from '../env.ts'
import { type Log, makeLog } from '../log.ts'
import { recordOf } from '../record.ts'
import { buildAssignments } from './build-assignments.ts'
import { claimRuns } from './claim-runs.ts'
import { handBackRuns, loseRuns } from './end-leases.ts'
import { judgePool } from './judge-pool.ts'
import { openWorkerSession } from './open-worker-session.ts'
import type { PoolContext } from './pool-context.ts'
import { renewWorkerSessions } from './renew-worker-sessions.ts'

/** What a socket carries through hibernation. */
interface SocketAttachment {
  /** Name of the socket inside this object. */
  id: string
  /** Key that opened it. */
  apiKeyId: string
  workPoolType: string
  /** Null until its hello was answered. */
  session: SessionAttachment | null
}

/** What /connect says about an upgrade that it has let in; an object takes it from nobody else. */
export interface ConnectionIdentity {
  workspaceId: string
  workPoolId: string
  workPoolType: string
  apiKeyId: string
}

export const IDENTITY_HEADER = 'x-weir-connection'

/** Workers of one pool object. */
const MAX_SOCKETS = 2_000
/** Assignments above this go in several messages, so that none is larger than a worker takes. */
const MAX_ASSIGN_TEXT = 512 * 1024
/** Refused claims in a row before the pool waits a moment. */
const MAX_REFUSALS = 5

export class WorkPool extends DurableObject<Env> implements WorkPoolCoordinator {
  readonly #timings: Timings
  readonly #log: Log
  readonly #pool: PoolContext
  readonly #coordinator: Coordinator
  readonly #sockets = new Map<string, WebSocket>()
  /** What each session said that it holds, in the renewal that waits for its answer. */
  readonly #holding = new Map<string, readonly RunKey[]>()
  #claiming = false
  #claimWanted = false
  /** After a failure: when to claim again. */
  #retryAt: Instant | null = null

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    const [workspaceId = '', , workPoolId = ''] = (ctx.id.name ?? '').split('/')
    const timings = timingsOf(env)
    this.#timings = timings
    this.#log = makeLog({ workPoolId })
    const db = recordOf(env).inWorkspace(workspaceId)
    const coordinators = coordinatorsOf(env, timings, this.#log, (work) => ctx.waitUntil(work))
    this.#pool = {
      workspaceId,
      workPoolId,
      db,
      coordinators,
      timings,
      log: this.#log,
      tokenSecret: env.TOKEN_SECRET,
      publicUrl: env.PUBLIC_URL,
      newId,
    }
    this.#coordinator = new Coordinator(timings)
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(SOCKET_PING, SOCKET_PONG))
    for (const socket of ctx.getWebSockets()) {
      const { id, session } = attachmentOf(socket)
      this.#sockets.set(id, socket)
      if (session) this.#coordinator.restore(id, session)
    }
    const due = ctx.storage.kv.get<Instant>(NEXT_DUE)
    if (due !== undefined) this.#coordinator.rung(due, 0)
  }

  // ---- calls ----

  /** The upgrade that /connect has let in. */
  override async fetch(request: Request): Promise<Response> {
    const identity = JSON.parse(request.headers.get(IDENTITY_HEADER) ?? 'null') as ConnectionIdentity | null
    if (!identity || !this.#isOwn(identity)) return new Response('another workspace or pool', { status: 403 })
    if (request.headers.get('upgrade') !== 'websocket') return new Response('expected an upgrade to websocket', { status: 426 })
    if (this.ctx.getWebSockets().length >= MAX_SOCKETS) return new Response('too many workers in one pool', { status: 503 })
    const { 0: client, 1: server } = new WebSocketPair()
    this.ctx.acceptWebSocket(server)
    const id = newId()
    server.serializeAttachment({ id, apiKeyId: identity.apiKeyId, workPoolType: identity.workPoolType, session: null } satisfies SocketAttachment)
    this.#sockets.set(id, server)
    return new Response(null, { status: 101, webSocket: client })
  }

  async offer(offer: Offer): Promise<OfferAnswer> {
    this.#refuseOthers(offer)
    const { flowRun } = offer
    const place = flowRun.workQueueId === null ? undefined : this.#coordinator.reserve(flowRun.workQueueId)
    const attachment = place && this.#coordinator.attachment(place.socket)
    const socket = place && this.#sockets.get(place.socket)
    if (!place || !attachment || !socket) return { outcome: 'declined', reason: 'no worker has room' }
    this.#keep(place.socket)
    const { sessionId } = place
    const stateId = newId()
    try {
      const [result, rows] = await this.#pool.db.batch(
        offerFlowRun({ flowRun, sessionId, workerId: attachment.workerId, stateId }),
        listAssignmentsByState([{ flowRunId: flowRun.id, stateId }]),
      )
      if (result.outcome !== 'assigned') return result
      await this.#push(rows, attachmentOf(socket).workPoolType)
      return { outcome: 'assigned', stateId, sessionId, timestamp: result.claimedAt }
    } catch (error) {
      this.#coordinator.unsure(Date.now())
      throw error
    } finally {
      this.#coordinator.release(sessionId)
      this.#keep(place.socket)
      await this.#arm()
    }
  }

  async ring(ring: Parameters<WorkPoolCoordinator['ring']>[0]): Promise<void> {
    this.#refuseOthers(ring)
    const commands = this.#coordinator.rung(ring.dueAt ?? null, Date.now())
    if (ring.dueAt) this.#rememberDue(ring.dueAt)
    this.ctx.waitUntil(this.#carryOut(commands))
  }

  async direct({ sessionId, flowRunId, epoch, directive, ...names }: Parameters<WorkPoolCoordinator['direct']>[0]): Promise<boolean> {
    this.#refuseOthers(names)
    const commands = this.#coordinator.direct(sessionId, { flowRunId, epoch }, directive satisfies Directive)
    await this.#carryOut(commands)
    return commands.length > 0
  }

  async revoke({ workspaceId, apiKeyId }: Parameters<WorkPoolCoordinator['revoke']>[0]): Promise<void> {
    this.#refuseOthers({ workspaceId, workPoolId: this.#pool.workPoolId })
    for (const [id, socket] of [...this.#sockets]) {
      if (attachmentOf(socket).apiKeyId === apiKeyId)
        await this.#carryOut(this.#coordinator.goodbye(id, 'revoked', 'The API key of this worker was revoked', false))
    }
  }

  async presence(names: Parameters<WorkPoolCoordinator['presence']>[0]): Promise<Presence[]> {
    this.#refuseOthers(names)
    return [...this.#sockets].flatMap(([id, socket]) => {
      const session = this.#coordinator.attachment(id)
      if (!session) return []
      return [{ sessionId: session.sessionId, workerId: session.workerId, heardAt: Math.max(session.heardAt, this.#pingedAt(socket)) }]
    })
  }

  // ---- sockets ----

  override async webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): Promise<void> {
    const { id } = attachmentOf(socket)
    const size = typeof data === 'string' ? data.length : data.byteLength
    if (size > MAX_SOCKET_MESSAGE_BYTES) return this.#drop(id, 1009, `a message has at most ${MAX_SOCKET_MESSAGE_BYTES} bytes`)
    let message: WorkerMessage | null
    try {
      if (typeof data !== 'string') throw new Malformed('text, not bytes')
      message = readWorkerMessage(data)
    } catch (error) {
      if (!(error instanceof Malformed)) throw error
      return this.#carryOut(this.#coordinator.goodbye(id, 'bad_message', `This message cannot be read: ${error.message}`, false))
    }
    if (message) await this.#carryOut(this.#hear(id, message))
    this.#keep(id)
    await this.#arm()
  }

  /** A closed socket alone loses nothing; a worker that leaves for good (1000) ends its session, so that it is not shown as online. */
  override async webSocketClose(socket: WebSocket, code: number): Promise<void> {
    const { id, session } = attachmentOf(socket)
    this.#sockets.delete(id)
    this.#coordinator.closed(id)
    socket.close(code === 1005 || code === 1006 ? 1000 : code)
    if (code !== 1000 || !session) return
    try {
      await this.#pool.db.run(endSessions([session.sessionId]))
      await this.#carryOut([{ do: 'judge' }])
    } catch (error) {
      this.#log.warn('a session that has left could not be ended: it falls silent instead', { error, sessionId: session.sessionId })
    }
  }

  override webSocketError(socket: WebSocket): void {
    const { id } = attachmentOf(socket)
    this.#sockets.delete(id)
    this.#coordinator.closed(id)
  }

  /** Due: renewals to write, judging, the next run, another try. */
  override async alarm(): Promise<void> {
    try {
      for (const [id, socket] of this.#sockets) this.#coordinator.pinged(id, this.#pingedAt(socket))
      const now = Date.now()
      const commands = this.#coordinator.tick(now)
      if (this.#retryAt !== null && this.#retryAt <= now) {
        this.#retryAt = null
        commands.push({ do: 'claim' })
      }
      await this.#carryOut(commands)
    } catch (error) {
      this.#log.error('the alarm of a work pool failed', { error })
    } finally {
      await this.#arm()
    }
  }

  // ---- carrying out ----

  #hear(id: string, message: WorkerMessage): PoolCommand[] {
    const now = Date.now()
    const coordinator = this.#coordinator
    if (message.type === 'hello') {
      for (const [other, socket] of this.#sockets) coordinator.pinged(other, this.#pingedAt(socket))
      return coordinator.hello(id, message, now)
    }
    if (!coordinator.attachment(id)) {
      // Between a hello and its answer nothing else can be meant for us yet; without a hello nothing ever is.
      return coordinator.isOpening(id) ? [] : coordinator.goodbye(id, 'bad_message', 'Say hello first', false)
    }
    switch (message.type) {
      case 'room':
        return coordinator.room(id, message, now)
      case 'acknowledge':
        return coordinator.acknowledge(id, message, now)
      case 'hand-back':
        return coordinator.handBack(id, message, now)
      case 'renew':
        return this.#hearRenewal(id, message, now)
    }
  }

  #hearRenewal(id: string, message: Renew, now: Instant): PoolCommand[] {
    const sessionId = this.#coordinator.attachment(id)?.sessionId
    if (sessionId !== undefined) this.#holding.set(sessionId, message.holding)
    return this.#coordinator.renew(id, message, now)
  }

  /** Carries out commands and what follows from them. What fails is logged and tried again by the alarm, the worker's next renewal, or the sweep. */
  async #carryOut(commands: readonly PoolCommand[]): Promise<void> {
    for (const command of commands) {
      try {
        await this.#carryOutOne(command)
      } catch (error) {
        this.#log.warn('a work pool could not do what was due', { error, command: command.do })
        if (command.do === 'open-session')
          await this.#carryOut(this.#coordinator.refused(command.socket, 'internal', 'The control plane cannot reach its database; come again'))
      }
    }
    await this.#arm()
  }

  async #carryOutOne(command: PoolCommand): Promise<void> {
    const coordinator = this.#coordinator
    switch (command.do) {
      case 'send':
        return this.#send(command.socket, command.message)
      case 'close':
        return this.#drop(command.socket, command.code, command.reason)
      case 'open-session': {
        const { socket } = command
        const open = await openWorkerSession(this.#pool, command.hello)
        if (!this.#sockets.has(socket)) return
        if (open.outcome === 'opened') {
          const commands = coordinator.opened(socket, open.opened, Date.now())
          this.#keep(socket)
          await this.#carryOut(commands)
          this.#pool.coordinators.ringFeed({ workspaceId: this.#pool.workspaceId, topic: WORK_POOLS_TOPIC })
          return
        }
        return this.#carryOut(coordinator.refused(socket, ...goodbyeOf(open)))
      }
      case 'claim':
        return this.#claim()
      case 'hand-back':
        return handBackRuns(this.#pool, command.sessionId, command.runs)
      case 'lose':
        return loseRuns(this.#pool, command.sessionId, command.runs, command.loss)
      case 'judge': {
        const { held, starting } = await judgePool(this.#pool)
        return this.#carryOut(coordinator.judged(held, starting, Date.now()))
      }
      case 'renew': {
        const sentAt = Date.now()
        const holding = new Map(command.sessionIds.map((sessionId) => [sessionId, this.#holding.get(sessionId) ?? []]))
        const { held, endedSessionIds } = await renewWorkerSessions(this.#pool, command.sessionIds, holding)
        await this.#carryOut(coordinator.renewed(sentAt, held, Date.now()))
        return this.#dismiss(endedSessionIds)
      }
      case 'assign-again': {
        const { sessionId, runs } = command
        const socket = coordinator.socketOf(sessionId)
        const rows = await this.#pool.db.run(listAssignmentsOfSession({ sessionId, flowRunIds: runs.map(({ flowRunId }) => flowRunId) }))
        const held = socket && this.#sockets.get(socket)
        if (held) await this.#push(rows, attachmentOf(held).workPoolType)
        return
      }
    }
  }

  /** Claims until nothing is left or nobody has room; one claim at a time, and one more for every wish that came meanwhile. */
  async #claim(): Promise<void> {
    this.#claimWanted = true
    if (this.#claiming) return
    this.#claiming = true
    let refusals = 0
    try {
      while (this.#claimWanted && this.#coordinator.hasRoom) {
        this.#claimWanted = false
        const { more, granted } = await this.#claimOnce()
        refusals = more && granted === 0 ? refusals + 1 : 0
        if (refusals >= MAX_REFUSALS) this.#retryAt = Date.now() + this.#timings.reportInterval
        else if (more) this.#claimWanted = true
      }
    } catch (error) {
      this.#retryAt = Date.now() + this.#timings.reportInterval
      this.#coordinator.unsure(Date.now())
      throw error
    } finally {
      this.#claiming = false
      this.#claimWanted = false
    }
  }

  async #claimOnce(): Promise<{ more: boolean; granted: number }> {
    const reserved: string[] = []
    const coordinator = this.#coordinator
    const places = {
      rooms: () => coordinator.rooms(),
      workerOf: (sessionId: string) => {
        const socket = coordinator.socketOf(sessionId)
        return socket === undefined ? undefined : coordinator.attachment(socket)?.workerId
      },
      reserve: (chosen: readonly { sessionId: string }[]) => {
        for (const { sessionId } of chosen) {
          coordinator.reserveIn(sessionId)
          reserved.push(sessionId)
        }
        for (const sessionId of new Set(reserved)) this.#keepSession(sessionId)
      },
    }
    try {
      const round = await claimRuns(this.#pool, places)
      coordinator.claimed(round.nextDue)
      this.#rememberDue(round.nextDue)
      if (round.granted.length > 0) await this.#push(round.granted, null)
      await this.#dismiss(round.endedSessionIds)
      return { more: round.more, granted: round.granted.length }
    } finally {
      for (const sessionId of reserved) coordinator.release(sessionId)
      for (const sessionId of new Set(reserved)) this.#keepSession(sessionId)
    }
  }

  /** Pushes what the record has granted; a session without a socket here gets it with its next hello. */
  async #push(rows: readonly AssignmentRow[], workPoolType: string | null): Promise<void> {
    const { workspaceId, coordinators } = this.#pool
    const type = workPoolType ?? this.#typeOfPool()
    const assignments = await buildAssignments(this.#pool, type, rows)
    const bySession = Map.groupBy(assignments, (_, index) => (rows[index] as AssignmentRow).sessionId)
    for (const [sessionId, own] of bySession) {
      for (const command of this.#coordinator.assign(sessionId, own, Date.now())) await this.#carryOutOne(command)
      this.#keepSession(sessionId)
    }
    coordinators.ringFeed({ workspaceId, topic: FLOW_RUNS_TOPIC })
    for (const { flowRunId, watched } of rows) if (watched) coordinators.ringFeed({ workspaceId, topic: flowRunTopic(flowRunId) })
  }

  /** The record knows these sessions as ended: their workers come with new ones. */
  async #dismiss(sessionIds: readonly string[]): Promise<void> {
    for (const sessionId of sessionIds) {
      const socket = this.#coordinator.socketOf(sessionId)
      if (socket !== undefined)
        await this.#carryOut(this.#coordinator.goodbye(socket, 'superseded', 'The session has ended; start the worker again', false))
    }
  }

  #send(id: string, message: PoolMessage): void {
    const socket = this.#sockets.get(id)
    if (!socket) return
    try {
      const texts =
        message.type === 'assign' ? assignTexts(message.assignments.map((assignment) => JSON.stringify(assignment))) : [JSON.stringify(message)]
      for (const text of texts) socket.send(text)
    } catch {
      // The socket closes at this moment: what was in it is sent again with the next hello.
    }
  }

  #drop(id: string, code: number, reason: string): void {
    const socket = this.#sockets.get(id)
    this.#sockets.delete(id)
    this.#coordinator.closed(id)
    try {
      socket?.close(code, reason.slice(0, 120))
    } catch {
      // It is closed already.
    }
  }

  // ---- memory ----

  #typeOfPool(): string {
    for (const socket of this.#sockets.values()) return attachmentOf(socket).workPoolType
    return ''
  }

  /** Writes what must outlive hibernation into the socket's attachment. */
  #keep(id: string): void {
    const socket = this.#sockets.get(id)
    if (!socket) return
    socket.serializeAttachment({ ...attachmentOf(socket), session: this.#coordinator.attachment(id) } satisfies SocketAttachment)
  }

  #keepSession(sessionId: string): void {
    const socket = this.#coordinator.socketOf(sessionId)
    if (socket !== undefined) this.#keep(socket)
  }

  /** Losing it costs at most the minute until the sweep rings, so nothing waits for it to be on disk. */
  #rememberDue(due: Instant | null): void {
    const known = this.ctx.storage.kv.get<Instant>(NEXT_DUE) ?? null
    if (due === known) return
    if (due === null) void this.ctx.storage.delete(NEXT_DUE, { allowUnconfirmed: true })
    else if (known === null || due < known || known < Date.now()) void this.ctx.storage.put(NEXT_DUE, due, { allowUnconfirmed: true })
  }

  #pingedAt(socket: WebSocket): Instant {
    return this.ctx.getWebSocketAutoResponseTimestamp(socket)?.getTime() ?? 0
  }

  async #arm(): Promise<void> {
    const now = Date.now()
    const due = [this.#coordinator.nextAlarm(now), this.#retryAt].filter((at) => at !== null)
    if (due.length === 0) return
    const at = Math.max(now, Math.min(...due))
    const armed = await this.ctx.storage.getAlarm()
    if (armed === null || armed > at || armed < now) await this.ctx.storage.setAlarm(at, { allowUnconfirmed: true })
  }

  #isOwn({ workspaceId, workPoolId }: { workspaceId: string; workPoolId: string }): boolean {
    return this.ctx.id.name === workPoolName(workspaceId, workPoolId)
  }

  #refuseOthers(names: { workspaceId: string; workPoolId: string }): void {
    if (!this.#isOwn(names)) throw new Error(`the work pool ${this.ctx.id.name} was called for another workspace or pool`)
  }
}

/** Key of the next due instant in the object's storage. */
const NEXT_DUE = 'next-due'

const attachmentOf = (socket: WebSocket): SocketAttachment => socket.deserializeAttachment() as SocketAttachment

function goodbyeOf(open: { outcome: 'ended' | 'pool_deleted' } | { outcome: 'pool_type_mismatch'; type: string }): [Goodbye['code'], string] {
  switch (open.outcome) {
    case 'ended':
      return ['superseded', 'A newer process of this worker has taken over; start the worker again']
    case 'pool_deleted':
      return ['pool_deleted', 'The work pool does not exist any more']
    case 'pool_type_mismatch':
      return ['pool_type_mismatch', `The work pool is of type ${open.type}; start a worker of that type`]
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
