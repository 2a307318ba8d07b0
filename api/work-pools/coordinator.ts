/**
 * The WorkPool of one work pool: its workers' lines, the clock of its next due run, its judge. core/coordinator.ts decides, this carries out.
 * 1. It is no record and owns no number: whatever it believes is only a reason to ask Postgres, and it can be wiped, or doubled, at any moment.
 * 2. After any await the world may have changed: places are reserved before it and released after it, and sockets are looked up anew.
 * 3. What must outlive hibernation stands in the attachments of its sockets; the next due instant stands in its own storage.
 * 4. One alarm, armed at the earliest of all that is due. Everything in it is caught and it is armed again at its end. An idle pool has none.
 */
import { DurableObject } from 'cloudflare:workers'
import { Coordinator } from '../../core/coordinator.ts'
import type { PoolCommand } from '../../core/pool-commands.ts'
import { newId } from '../../core/ids.ts'
import type { Instant } from '../../core/instant.ts'
import type { Goodbye } from '../../core/protocol/pool-messages.ts'
import { type PollAnswer, UNKNOWN_LINE } from '../../core/protocol/poll.ts'
import type { PollEnvelope } from '../../core/protocol/read-poll-request.ts'
import { readParsedWorkerMessage, readWorkerMessage } from '../../core/protocol/read-worker-message.ts'
import type { Directive } from '../../core/protocol/reports.ts'
import { Malformed } from '../../core/protocol/shape.ts'
import { MAX_SOCKET_MESSAGE_BYTES, WORKER_MESSAGE_LIMIT } from '../../core/protocol/version.ts'
import type { WorkerMessage } from '../../core/protocol/worker-messages.ts'
import { FLOW_RUNS_TOPIC, flowRunTopic, WORK_POOLS_TOPIC } from '../../core/topics.ts'
import { type AssignmentRow, listAssignmentsByState, listAssignmentsOfSession } from '../../db/queries/flow-runs/list-assignments.ts'
import { meetOccurrences } from '../../db/transitions/meet-occurrences.ts'
import { offerFlowRun } from '../../db/transitions/offer-flow-run.ts'
import { endSessions, noteDraining } from '../../db/transitions/sessions.ts'
import { coordinatorsOf, timingsOf } from '../context.ts'
import { type Offer, type OfferAnswer, type Presence, type WorkPoolCoordinator, workPoolName } from '../coordinators.ts'
import type { Env } from '../env.ts'
import { type Log, logOf } from '../log.ts'
import { recordOf } from '../record.ts'
import { asRequest } from '../requests/request-id.ts'
import { fillWorkPool } from '../schedules/fill-schedules.ts'
import { buildAssignments } from './build-assignments.ts'
import { fillAssignments } from './fill-assignments.ts'
import { claimRuns } from './claim-runs.ts'
import { type ClaimTurn, ClaimTurns } from './claim-turns.ts'
import { endUnfitRuns, handBackRuns, loseRuns } from './end-leases.ts'
import { judgePool } from './judge-pool.ts'
import { MessageRates } from './message-rates.ts'
import { openWorkerSession } from './open-worker-session.ts'
import { PoolAlarm } from './pool-alarm.ts'
import type { PoolContext } from './pool-context.ts'
import { attachmentOf } from './line-attachment.ts'
import { PoolLines } from './pool-lines.ts'
import { renewWorkerSessions } from './renew-worker-sessions.ts'

/** What /connect says about an upgrade that it has let in; an object takes it from nobody else. */
export interface ConnectionIdentity {
  workspaceId: string
  workPoolId: string
  workPoolType: string
  apiKeyId: string
  /** Until when that key works; null = for ever. */
  expiresAt: Instant | null
  requestId: string
}

export const IDENTITY_HEADER = 'x-weir-connection'

/** Workers of one pool object. */
const MAX_LINES = 2_000

export class WorkPool extends DurableObject<Env> implements WorkPoolCoordinator {
  readonly #log: Log
  readonly #pool: PoolContext
  readonly #coordinator: Coordinator
  readonly #lines: PoolLines
  readonly #rates = new MessageRates()
  readonly #alarm: PoolAlarm
  readonly #turns: ClaimTurns

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    const [workspaceId = '', , workPoolId = ''] = (ctx.id.name ?? '').split('/')
    const timings = timingsOf(env)
    this.#log = logOf(env, { workPoolId })
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
    this.#turns = new ClaimTurns(timings.reportInterval)
    this.#alarm = new PoolAlarm(ctx.storage)
    this.#lines = new PoolLines(ctx)
    for (const { id, session } of this.#lines.list()) if (session) this.#coordinator.restore(id, session)
    const due = this.#alarm.nextDue
    if (due !== null) this.#coordinator.rung(due, 0)
  }

  // ---- calls ----

  /** The upgrade or the long poll that /connect has let in. */
  override async fetch(request: Request): Promise<Response> {
    const identity = JSON.parse(request.headers.get(IDENTITY_HEADER) ?? 'null') as ConnectionIdentity | null
    if (!identity || !this.#isOwn(identity)) return new Response('another workspace or pool', { status: 403 })
    if (request.method === 'POST') {
      const poll = (await request.json()) as PollEnvelope
      return asRequest(identity.requestId, () => this.#poll(poll, identity))
    }
    if (request.headers.get('upgrade') !== 'websocket') return new Response('expected an upgrade to websocket', { status: 426 })
    if (this.#lines.count >= MAX_LINES) return new Response('too many workers in one pool', { status: 503 })
    const { 0: client, 1: server } = new WebSocketPair()
    this.#lines.accept(server, identity)
    if (identity.expiresAt !== null) this.#arm()
    return new Response(null, { status: 101, webSocket: client, headers: { 'x-request-id': identity.requestId } })
  }

  async offer(offer: Offer): Promise<OfferAnswer> {
    this.#refuseOthers(offer)
    return asRequest(offer.requestId, () => this.#takeOffer(offer))
  }

  async #takeOffer(offer: Offer): Promise<OfferAnswer> {
    const { flowRun, revision, credential, workspaceId } = offer
    const place = flowRun.workQueueId === null ? undefined : this.#coordinator.reserve(flowRun.workQueueId)
    const attachment = place && this.#coordinator.attachment(place.socket)
    if (!place || !attachment) return { outcome: 'declined', reason: 'no worker has room' }
    this.#keep(place.socket)
    const { sessionId } = place
    const stateId = newId()
    try {
      const record = recordOf(this.env).inWorkspace(workspaceId, credential)
      const [result, rows] = await record.batch(
        offerFlowRun({ flowRun, sessionId, workerId: attachment.workerId, stateId, revision }),
        listAssignmentsByState([{ flowRunId: flowRun.id, stateId }]),
      )
      if (result.outcome !== 'assigned') return result
      await this.#push(rows)
      return { outcome: 'assigned', stateId, sessionId, timestamp: result.claimedAt }
    } catch (error) {
      this.#coordinator.unsure(Date.now())
      throw error
    } finally {
      this.#coordinator.release(sessionId)
      this.#keep(place.socket)
      this.#arm()
    }
  }

  async ring(ring: Parameters<WorkPoolCoordinator['ring']>[0]): Promise<void> {
    this.#refuseOthers(ring)
    if (ring.hasLeases) this.#coordinator.unsure(Date.now())
    const commands = ring.isFreed ? this.#coordinator.freed(Date.now()) : this.#coordinator.rung(ring.dueAt ?? null, Date.now())
    if (ring.dueAt) this.#alarm.rememberDue(ring.dueAt, Date.now())
    this.ctx.waitUntil(asRequest(ring.requestId, () => this.#carryOut(commands)))
  }

  async direct({ sessionId, flowRunId, epoch, directive, requestId, ...names }: Parameters<WorkPoolCoordinator['direct']>[0]): Promise<boolean> {
    this.#refuseOthers(names)
    const commands = this.#coordinator.direct(sessionId, { flowRunId, epoch }, directive satisfies Directive)
    await asRequest(requestId, () => this.#carryOut(commands))
    return commands.length > 0
  }

  async drain({ sessionId, requestId, ...names }: Parameters<WorkPoolCoordinator['drain']>[0]): Promise<void> {
    this.#refuseOthers(names)
    const commands = this.#coordinator.drain(sessionId)
    this.#keepSession(sessionId)
    await asRequest(requestId, () => this.#carryOut(commands))
  }

  async revoke({ apiKeyId, at, requestId, ...names }: Parameters<WorkPoolCoordinator['revoke']>[0]): Promise<void> {
    this.#refuseOthers(names)
    if (at !== undefined) {
      this.#lines.expire(apiKeyId, at)
      return this.#arm()
    }
    for (const socket of this.#lines.list()) {
      if (socket.apiKeyId !== apiKeyId) continue
      const goodbye = this.#coordinator.goodbye(socket.id, 'revoked', 'The API key of this worker was revoked', false)
      await asRequest(requestId, () => this.#carryOut(goodbye))
    }
  }

  async close({ requestId, ...names }: Parameters<WorkPoolCoordinator['close']>[0]): Promise<void> {
    this.#refuseOthers(names)
    for (const { id } of this.#lines.list()) {
      const goodbye = this.#coordinator.goodbye(id, 'pool_deleted', 'The work pool does not exist any more', false)
      await asRequest(requestId, () => this.#carryOut(goodbye))
    }
  }

  async presence(names: Parameters<WorkPoolCoordinator['presence']>[0]): Promise<Presence[]> {
    this.#refuseOthers(names)
    return this.#lines.list().flatMap(({ id }) => {
      const session = this.#coordinator.attachment(id)
      if (!session) return []
      return [{ sessionId: session.sessionId, workerId: session.workerId, heardAt: Math.max(session.heardAt, this.#lines.pingedAt(id)) }]
    })
  }

  // ---- lines ----

  override async webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): Promise<void> {
    const { id, requestId } = attachmentOf(socket)
    const size = typeof data === 'string' ? data.length : data.byteLength
    const read = () => {
      if (typeof data !== 'string') throw new Malformed('text, not bytes')
      return readWorkerMessage(data)
    }
    await asRequest(requestId, () => this.#take(id, size, read))
  }

  /** One message of a worker, on whichever line it came. */
  async #take(id: string, size: number, read: () => WorkerMessage | null): Promise<void> {
    if (size > MAX_SOCKET_MESSAGE_BYTES) {
      const what = `A message has at most ${MAX_SOCKET_MESSAGE_BYTES} characters, and this one has ${size}`
      return this.#carryOut(this.#coordinator.goodbye(id, 'message_too_large', what, true))
    }
    // Said goodbye to: what it had on its way is not meant for anybody any more.
    if (!this.#lines.has(id)) return this.#rates.forget(id)
    if (!this.#rates.take(id, Date.now())) {
      const { capacity, window } = WORKER_MESSAGE_LIMIT
      const what = `A worker says at most ${capacity} things at once and ${(capacity / window) * 1_000} a second after that; come back in a quarter of a minute`
      return this.#carryOut(this.#coordinator.goodbye(id, 'too_many_messages', what, true))
    }
    let message: WorkerMessage | null
    try {
      message = read()
    } catch (error) {
      if (!(error instanceof Malformed)) throw error
      return this.#carryOut(this.#coordinator.goodbye(id, 'bad_message', `This message cannot be read: ${error.message}`, false))
    }
    if (message) await this.#carryOut(this.#hear(id, message))
    this.#keep(id)
    this.#arm()
  }

  /** A long poll: what it says is acted upon as if it had come over a socket, then it waits for what there is to say. */
  async #poll(request: PollEnvelope, identity: ConnectionIdentity): Promise<Response> {
    const { socketPing } = this.#pool.timings
    if (this.#lines.count >= MAX_LINES && !this.#lines.knows(request.line)) return new Response('too many workers in one pool', { status: 503 })
    const line = this.#lines.poll(request, identity, socketPing * 2, (id) => this.#coordinator.closed(id))
    if (!line) {
      const closed = { code: UNKNOWN_LINE, reason: 'the pool does not know this line; open another one' }
      return Response.json({ heard: 0, first: 1, messages: [], closed } satisfies PollAnswer)
    }
    if (identity.expiresAt !== null) this.#arm()
    const { id } = line.attachment
    for (const value of line.hear(request, Date.now())) {
      if (!this.#lines.has(id)) break
      await this.#take(id, JSON.stringify(value).length, () => readParsedWorkerMessage(value))
    }
    if (request.leaving) await this.#left(id, line.attachment.session?.sessionId)
    const body = await line.answer(request.leaving ? 0 : Math.min(request.wait, socketPing * 2))
    return new Response(body, { headers: { 'content-type': 'application/json' } })
  }

  /** A closed socket alone loses nothing; a worker that leaves for good (1000) ends its session, so that it is not shown as online. */
  override async webSocketClose(socket: WebSocket, code: number): Promise<void> {
    const { id, session, requestId } = attachmentOf(socket)
    this.#gone(id)
    socket.close(code === 1005 || code === 1006 ? 1000 : code)
    if (code === 1000) await asRequest(requestId, () => this.#left(id, session?.sessionId))
  }

  #gone(id: string): void {
    this.#lines.forget(id)
    this.#rates.forget(id)
    this.#coordinator.closed(id)
  }

  /** Its worker has left for good. */
  async #left(id: string, sessionId: string | undefined): Promise<void> {
    this.#gone(id)
    if (sessionId === undefined) return
    try {
      await this.#pool.db.run(endSessions([sessionId]))
      this.#pool.coordinators.ringFeed({ workspaceId: this.#pool.workspaceId, topic: WORK_POOLS_TOPIC })
      await this.#carryOut([{ do: 'judge' }])
    } catch (error) {
      this.#log.warn('a session that has left could not be ended: it falls silent instead', { error, sessionId })
    }
  }

  override webSocketError(socket: WebSocket): void {
    this.#gone(attachmentOf(socket).id)
  }

  /** Due: renewals to write, judging, the next run, another try. */
  override async alarm(): Promise<void> {
    this.#alarm.fired()
    try {
      this.#noticePings()
      const now = Date.now()
      const commands = this.#coordinator.tick(now)
      for (const { id, expiresAt } of this.#lines.list()) {
        if (expiresAt !== null && expiresAt <= now)
          commands.push(...this.#coordinator.goodbye(id, 'revoked', 'The API key of this worker has expired', false))
      }
      if (this.#turns.takeRetry(now)) commands.push({ do: 'claim' })
      await this.#carryOut(commands)
    } catch (error) {
      this.#log.error('the alarm of a work pool failed', { error })
    } finally {
      this.#arm()
    }
  }

  // ---- carrying out ----

  #hear(id: string, message: WorkerMessage): PoolCommand[] {
    const now = Date.now()
    const coordinator = this.#coordinator
    if (message.type === 'hello') {
      this.#noticePings()
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
        return coordinator.renew(id, message, now)
    }
  }

  /** Carries out commands and what follows from them. What fails is logged and tried again by the alarm, the worker's next renewal, or the sweep. */
  async #carryOut(commands: readonly PoolCommand[]): Promise<void> {
    for (const command of commands) {
      try {
        await this.#carryOutOne(command)
      } catch (error) {
        this.#log.warn('a work pool could not do what was due', { error, command: command.do })
        if (command.do === 'renew') this.#coordinator.renewalFailed(Date.now())
        if (command.do === 'open-session')
          await this.#carryOut(this.#coordinator.refused(command.socket, 'internal', 'The control plane cannot reach its database; come again'))
      }
    }
    this.#arm()
  }

  async #carryOutOne(command: PoolCommand): Promise<void> {
    const coordinator = this.#coordinator
    switch (command.do) {
      case 'send':
        return this.#lines.send(command.socket, command.message)
      case 'close':
        return this.#drop(command.socket, command.code, command.reason)
      case 'open-session': {
        const { socket } = command
        const open = await openWorkerSession(this.#pool, command.hello)
        if (!this.#lines.has(socket)) return
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
      case 'meet': {
        const nextDue = await this.#pool.db.run(meetOccurrences({ workPoolId: this.#pool.workPoolId }))
        coordinator.met(nextDue)
        return this.#alarm.rememberDue(nextDue, Date.now())
      }
      case 'hand-back':
        return handBackRuns(this.#pool, command.sessionId, command.runs)
      case 'lose':
        return loseRuns(this.#pool, command.sessionId, command.runs, command.loss)
      case 'judge': {
        const { held, starting } = await judgePool(this.#pool, { knowsSilence: coordinator.knowsSilence })
        return this.#carryOut(coordinator.judged(held, starting, Date.now()))
      }
      case 'renew': {
        const sentAt = Date.now()
        const { contacts } = command
        const holding = new Map(contacts.map(({ sessionId }) => [sessionId, coordinator.holding(sessionId)]))
        const { held, endedSessionIds } = await renewWorkerSessions(this.#pool, contacts, holding)
        await this.#carryOut(coordinator.renewed(contacts, sentAt, held, Date.now()))
        return this.#dismiss(endedSessionIds)
      }
      case 'note-draining':
        await this.#pool.db.run(noteDraining(command.sessionId))
        return this.#pool.coordinators.ringFeed({ workspaceId: this.#pool.workspaceId, topic: WORK_POOLS_TOPIC })
      case 'assign-again': {
        const { sessionId, runs } = command
        return this.#push(await this.#pool.db.run(listAssignmentsOfSession({ sessionId, flowRunIds: runs.map(({ flowRunId }) => flowRunId) })))
      }
    }
  }

  async #claim(): Promise<void> {
    const coordinator = this.#coordinator
    try {
      await this.#turns.run(
        () => coordinator.beginClaim(),
        () => this.#claimOnce(),
      )
    } catch (error) {
      coordinator.unsure(Date.now())
      throw error
    }
  }

  async #claimOnce(): Promise<ClaimTurn> {
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
      this.#alarm.rememberDue(coordinator.claimed(round, Date.now()), Date.now())
      if (round.granted.length > 0) await this.#push(round.granted)
      await this.#dismiss(round.endedSessionIds)
      if (round.fill) this.ctx.waitUntil(this.#fill())
      return { more: round.more, granted: round.granted.length }
    } finally {
      for (const sessionId of reserved) coordinator.release(sessionId)
      for (const sessionId of new Set(reserved)) this.#keepSession(sessionId)
    }
  }

  /** Schedules finer than a minute outrun the sweep: they are filled again by what they make due. */
  async #fill(): Promise<void> {
    try {
      await fillWorkPool(this.#pool, this.#pool.workPoolId)
    } catch (error) {
      this.#log.warn('schedules could not be filled: the sweep will do it', { error })
    }
  }

  /** Pushes what the record has granted; a session without a socket here gets it with its next hello. */
  async #push(rows: readonly AssignmentRow[]): Promise<void> {
    const { workspaceId, coordinators } = this.#pool
    const { fit, unfit } = fillAssignments(this.#lines.workPoolType ?? '', rows)
    const assignments = await buildAssignments(this.#pool, this.#lines.workPoolType ?? '', fit)
    const bySession = Map.groupBy(assignments, (_, index) => (fit[index] as AssignmentRow).sessionId)
    for (const [sessionId, own] of bySession) {
      for (const command of this.#coordinator.assign(sessionId, own, Date.now())) await this.#carryOutOne(command)
      this.#keepSession(sessionId)
    }
    if (rows.some(({ isListListenedTo }) => isListListenedTo)) coordinators.ringFeed({ workspaceId, topic: FLOW_RUNS_TOPIC })
    for (const { flowRunId, watched } of rows) if (watched) coordinators.ringFeed({ workspaceId, topic: flowRunTopic(flowRunId) })
    for (const [sessionId, runs] of Map.groupBy(unfit, (run) => run.sessionId)) await endUnfitRuns(this.#pool, sessionId, runs)
  }

  /** The record knows these sessions as ended: their workers come with new ones. */
  async #dismiss(sessionIds: readonly string[]): Promise<void> {
    for (const sessionId of sessionIds) {
      const socket = this.#coordinator.socketOf(sessionId)
      if (socket !== undefined)
        await this.#carryOut(this.#coordinator.goodbye(socket, 'superseded', 'The session has ended; start the worker again', false))
    }
  }

  #drop(id: string, code: number, reason: string): void {
    this.#coordinator.closed(id)
    this.#lines.close(id, code, reason)
  }

  // ---- memory ----

  #keep(id: string): void {
    this.#lines.keep(id, this.#coordinator.attachment(id))
  }

  #keepSession(sessionId: string): void {
    const socket = this.#coordinator.socketOf(sessionId)
    if (socket !== undefined) this.#keep(socket)
  }

  #noticePings(): void {
    for (const { id } of this.#lines.list()) this.#coordinator.pinged(id, this.#lines.pingedAt(id))
  }

  /** Wakes at the earliest of all that is due. */
  #arm(): void {
    const now = Date.now()
    const due = [this.#coordinator.nextAlarm(now), this.#turns.retryAt, this.#lines.nextExpiry].filter((at) => at !== null)
    this.#alarm.arm(due.length === 0 ? null : Math.min(...due), now)
  }

  #isOwn({ workspaceId, workPoolId }: { workspaceId: string; workPoolId: string }): boolean {
    return this.ctx.id.name === workPoolName(workspaceId, workPoolId)
  }

  #refuseOthers(names: { workspaceId: string; workPoolId: string }): void {
    if (!this.#isOwn(names)) throw new Error(`the work pool ${this.ctx.id.name} was called for another workspace or pool`)
  }
}

function goodbyeOf(
  open: { outcome: 'ended' | 'foreign_session' | 'pool_deleted' } | { outcome: 'pool_type_mismatch'; type: string },
): [Goodbye['code'], string] {
  switch (open.outcome) {
    case 'ended':
      return ['superseded', 'A newer process of this worker has taken over; start the worker again']
    case 'foreign_session':
      return ['superseded', 'The session belongs to another worker; start this one again']
    case 'pool_deleted':
      return ['pool_deleted', 'The work pool does not exist any more']
    case 'pool_type_mismatch':
      return ['pool_type_mismatch', `The work pool is of type ${open.type}; start a worker of that type`]
  }
}
