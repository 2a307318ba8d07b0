/** The shell of one WorkPool object, as thin as api/work-pools/coordinator.ts: core's Coordinator decides, this carries out against sockets and the record. */
import type { SessionAttachment } from '../../core/connected-sessions.ts'
import { Coordinator } from '../../core/coordinator.ts'
import type { PoolCommand } from '../../core/pool-commands.ts'
import { handBack, loseLease } from '../../core/leases.ts'
import { isLost } from '../../core/report-matrix.ts'
import type { Assignment } from '../../core/protocol/assignment.ts'
import type { Directive } from '../../core/protocol/reports.ts'
import type { RunKey, WorkerMessage } from '../../core/protocol/worker-messages.ts'
import type { Cloud } from './cloud.ts'
import { ask, DatabaseAway, type Story } from './database.ts'
import type { Socket } from './network.ts'
import type { NewRun } from './record.ts'
import { type Life, newLife } from './world.ts'

export class PoolObject {
  readonly life: Life = newLife()
  readonly workPoolId: string
  readonly sockets = new Map<string, Socket>()
  readonly attachments = new Map<string, SessionAttachment>()
  readonly #cloud: Cloud
  readonly #coordinator: Coordinator
  readonly #holding = new Map<string, readonly RunKey[]>()
  #claiming = false
  #claimWanted = false
  #retryAt: number | null = null
  #armedAt: number | null = null

  /** `slept`: the object whose sockets this one finds again after hibernation. */
  constructor(cloud: Cloud, workPoolId: string, slept?: PoolObject) {
    this.#cloud = cloud
    this.workPoolId = workPoolId
    this.#coordinator = new Coordinator(cloud.timings)
    for (const socket of slept?.sockets.values() ?? []) {
      if (!socket.openAtPool) continue
      this.#serve(socket)
      const attachment = slept?.attachments.get(socket.id)
      if (!attachment) continue
      this.attachments.set(socket.id, attachment)
      this.#coordinator.restore(socket.id, attachment)
    }
    this.#arm()
  }

  accept(socket: Socket): void {
    this.#serve(socket)
  }

  #serve(socket: Socket): void {
    this.sockets.set(socket.id, socket)
    socket.served = this.life
    socket.onPoolMessage = (message) => this.#hear(socket, message)
    socket.onPoolClose = () => {
      this.sockets.delete(socket.id)
      this.#coordinator.closed(socket.id)
    }
  }

  #hear(socket: Socket, message: WorkerMessage): void {
    const now = this.#cloud.world.now
    const coordinator = this.#coordinator
    if (message.type === 'hello') {
      this.#noticePings()
      this.carryOut(coordinator.hello(socket.id, message, now))
    } else if (!coordinator.attachment(socket.id)) {
      if (!coordinator.isOpening(socket.id)) this.carryOut(coordinator.goodbye(socket.id, 'bad_message', 'Say hello first', false))
    } else if (message.type === 'room') this.carryOut(coordinator.room(socket.id, message, now))
    else if (message.type === 'acknowledge') this.carryOut(coordinator.acknowledge(socket.id, message, now))
    else if (message.type === 'hand-back') this.carryOut(coordinator.handBack(socket.id, message, now))
    else {
      const session = coordinator.attachment(socket.id)
      if (session) this.#holding.set(session.sessionId, message.holding)
      this.carryOut(coordinator.renew(socket.id, message, now))
    }
    this.#keep()
  }

  #noticePings(): void {
    for (const socket of this.sockets.values())
      if (socket.openAtWorker && socket.answers) this.#coordinator.pinged(socket.id, this.#cloud.world.now - 5_000)
  }

  ring(dueAt: number | null, isFreed: boolean, hasLeases: boolean): void {
    const { now } = this.#cloud.world
    if (hasLeases) this.#coordinator.unsure(now)
    this.carryOut(isFreed ? this.#coordinator.freed(now) : this.#coordinator.rung(dueAt, now))
  }

  direct(sessionId: string, run: RunKey, directive: Directive): void {
    this.carryOut(this.#coordinator.direct(sessionId, run, directive))
  }

  /** Optimistic dispatch. */
  *offer(run: NewRun): Story<boolean> {
    const place = this.#coordinator.reserve(run.workQueueId)
    if (!place) return false
    this.#keep()
    try {
      const outcome = yield* ask(() => this.#cloud.record.offer(run, place.sessionId))
      if (outcome !== 'assigned') return outcome === 'existed'
      this.#push(place.sessionId, yield* ask(() => this.#cloud.assignmentsOf(place.sessionId, [run.id])))
      return true
    } catch (error) {
      this.#coordinator.unsure(this.#cloud.world.now)
      throw error
    } finally {
      this.#coordinator.release(place.sessionId)
      this.#keep()
      this.#arm()
    }
  }

  /** Carries out commands one after the other. */
  carryOut(commands: readonly PoolCommand[]): void {
    const wanted = this.#cloud.safeguards.commands([...commands])
    if (wanted.length > 0) this.#cloud.database.tell(this.life, this.#tellAll(wanted), () => this.#arm())
    else this.#arm()
  }

  *#tellAll(commands: readonly PoolCommand[]): Story {
    for (const command of commands) {
      try {
        yield* this.#carryOutOne(command)
      } catch (error) {
        if (!(error instanceof DatabaseAway)) throw error
        if (command.do === 'renew') this.#coordinator.renewalFailed(this.#cloud.world.now)
        if (command.do === 'open-session') this.carryOut(this.#coordinator.refused(command.socket, 'internal', 'come again'))
      }
      this.#keep()
    }
  }

  *#carryOutOne(command: PoolCommand): Story {
    const coordinator = this.#coordinator
    const { record, world, timings, safeguards } = this.#cloud
    switch (command.do) {
      case 'send':
        this.sockets.get(command.socket)?.toWorker(command.message)
        return
      case 'close':
        this.sockets.get(command.socket)?.closeByPool()
        this.sockets.delete(command.socket)
        return
      case 'open-session': {
        const { hello, socket } = command
        const opened = yield* ask(() =>
          record.openSession({ sessionId: hello.sessionId, workPoolId: this.workPoolId, workerName: hello.worker.name }),
        )
        if (!this.sockets.has(socket)) return
        if (opened.ended) return this.carryOut(coordinator.refused(socket, 'superseded', 'A newer process has taken over'))
        const heldBefore = yield* ask(() => opened.endedSessionIds.map((sessionId) => ({ sessionId, runs: record.heldBy(sessionId) })))
        const held = yield* this.#withReopenable(opened.held, hello.holding)
        const workPool = { id: this.workPoolId, name: this.workPoolId, type: this.#cloud.typeOf(this.workPoolId), isPaused: false }
        const answer = { workerId: hello.worker.name, workPool, queueIds: hello.queues, held, heldBefore, serverTime: opened.now }
        return this.carryOut(coordinator.opened(socket, answer, world.now))
      }
      case 'claim':
        return yield* this.#claim()
      case 'meet':
        if (record.schedules.rows.size > 0) coordinator.met(yield* ask(() => record.schedules.meet(this.workPoolId)))
        return
      case 'hand-back': {
        const reasons = new Map(command.runs.map((run) => [run.flowRunId, run.reason]))
        return yield* this.#end(command.sessionId, command.runs, (run, now) => handBack(run, reasons.get(run.id) ?? '', now, world.newId))
      }
      case 'lose':
        return yield* this.#end(command.sessionId, command.runs, (run, now) => loseLease(run, command.loss, now, world.newId, timings))
      case 'judge': {
        const held = yield* ask(() => {
          const mayJudge = record.tickJudge(`pool/${this.workPoolId}`, timings.judgeAwayAlarm) && coordinator.knowsSilence
          return { mayJudge, runs: record.listToJudge(this.workPoolId), now: record.now }
        })
        const changes = held.runs.flatMap((run) => safeguards.judgeRun(run, held.mayJudge, held.now, world.newId, timings) ?? [])
        if (changes.length > 0)
          yield* this.#cloud.write(
            changes.map((change) => ({ change })),
            'judge',
          )
        const starting = held.runs.flatMap(({ facts: { id, epoch, holder, state, claimedAt } }) => {
          if (state.type !== 'PENDING' || holder?.kind !== 'worker' || held.now - (claimedAt ?? 0) < timings.httpRenewalAfter) return []
          return [{ flowRunId: id, epoch, sessionId: holder.sessionId }]
        })
        const falls = held.runs
          .flatMap(({ facts }) => (facts.heardAt === null ? [] : facts.heardAt + timings.silence - held.now))
          .filter((wait) => wait > 0)
        const silentIn = falls.length === 0 ? null : Math.min(...falls)
        return this.carryOut(coordinator.judged({ count: held.runs.length, silentIn }, starting, world.now))
      }
      case 'renew': {
        const sentAt = world.now
        const { contacts } = command
        const heard = contacts.map(({ sessionId, heardAt }) => ({ sessionId, silentFor: Math.max(0, sentAt - heardAt) }))
        const renewed = yield* ask(() => record.renew(heard))
        const held = new Map<string, Awaited<ReturnType<typeof record.heldBy>>>()
        for (const [sessionId, runs] of renewed) held.set(sessionId, yield* this.#withReopenable(runs, this.#holding.get(sessionId) ?? []))
        this.carryOut(coordinator.renewed(contacts, sentAt, held, world.now))
        this.#dismiss(contacts.flatMap(({ sessionId }) => (renewed.has(sessionId) ? [] : sessionId)))
        return
      }
      case 'note-draining':
        // Only people look at it.
        return
      case 'assign-again': {
        const { sessionId, runs } = command
        this.#push(
          sessionId,
          yield* ask(() =>
            this.#cloud.assignmentsOf(
              sessionId,
              runs.map((run) => run.flowRunId),
            ),
          ),
        )
      }
    }
  }

  *#withReopenable(recorded: ReturnType<Cloud['record']['heldBy']>, holding: readonly RunKey[]): Story<ReturnType<Cloud['record']['heldBy']>> {
    const strays = holding.filter((run) => !recorded.some((held) => held.flowRunId === run.flowRunId && held.epoch === run.epoch))
    if (strays.length === 0) return recorded
    const runs = yield* ask(() => this.#cloud.record.read(strays.map((run) => run.flowRunId)))
    const mayGoOn = strays.flatMap(({ flowRunId, epoch }) => {
      const run = runs.get(flowRunId)
      if (run?.epoch !== epoch || run.holder !== null) return []
      const { type } = run.state
      return isLost(run.state) || type === 'COMPLETED' || type === 'FAILED' ? [{ flowRunId, epoch, stateType: type }] : []
    })
    return [...recorded, ...mayGoOn]
  }

  *#claim(): Story {
    this.#claimWanted = true
    if (this.#claiming) return
    this.#claiming = true
    const { record, world, safeguards } = this.#cloud
    const coordinator = this.#coordinator
    let refusals = 0
    try {
      while (this.#claimWanted && refusals < 5 && coordinator.beginClaim()) {
        this.#claimWanted = false
        const fill = record.schedules.rows.size > 0 && (yield* this.#cloud.settleHeld(this.workPoolId))
        if (fill) this.#cloud.database.tell(this.life, this.#cloud.fill(this.workPoolId), () => {})
        const waiting = yield* ask(() => ({ ...record.listWaiting(this.workPoolId), now: record.now }))
        const chosen = safeguards.chooseAssignments({
          waiting: waiting.runs,
          queues: record.queues,
          limits: waiting.limits,
          workers: coordinator.rooms(),
          now: waiting.now,
        })
        const cameTooLate = chosen.length === 0 && waiting.runs.length > 0 && !coordinator.hasRoom
        coordinator.claimed({ nextDue: waiting.nextDue, nothingWaits: waiting.runs.length === 0, cameTooLate }, world.now)
        if (chosen.length === 0) continue
        for (const { sessionId } of chosen) coordinator.reserveIn(sessionId)
        try {
          const { outcome, endedSessionIds } = yield* ask(() => record.claim(chosen.map(({ flowRunId, sessionId }) => ({ flowRunId, sessionId }))))
          this.#dismiss(endedSessionIds)
          if (outcome !== 'claimed') {
            refusals += 1
            this.#claimWanted = true
            continue
          }
          const sessions = new Set(chosen.map((one) => one.sessionId))
          for (const sessionId of sessions) {
            const runs = chosen.filter((one) => one.sessionId === sessionId).map((one) => one.flowRunId)
            this.#push(sessionId, yield* ask(() => this.#cloud.assignmentsOf(sessionId, runs)))
          }
        } finally {
          for (const { sessionId } of chosen) coordinator.release(sessionId)
        }
      }
      if (refusals >= 5) this.#retryAt = world.now + 1_000
    } catch (error) {
      this.#retryAt = world.now + 1_000
      coordinator.unsure(world.now)
      throw error
    } finally {
      this.#claiming = false
    }
  }

  /** The record knows these sessions as ended. */
  #dismiss(sessionIds: readonly string[]): void {
    for (const sessionId of sessionIds) {
      const socket = this.#coordinator.socketOf(sessionId)
      if (socket !== undefined) this.carryOut(this.#coordinator.goodbye(socket, 'superseded', 'The session has ended', false))
    }
  }

  #push(sessionId: string, assignments: Assignment[]): void {
    for (const command of this.#coordinator.assign(sessionId, assignments, this.#cloud.world.now)) {
      if (command.do === 'send') this.sockets.get(command.socket)?.toWorker(command.message)
    }
  }

  *#end(
    sessionId: string,
    keys: readonly RunKey[],
    decide: (run: import('../../core/flow-run.ts').FlowRunFacts, now: number) => import('../../core/change.ts').Change | null,
  ): Story {
    const { record } = this.#cloud
    for (let attempt = 0; attempt < 3; attempt++) {
      const runs = yield* ask(() => record.read(keys.map((key) => key.flowRunId)))
      const changes = keys.flatMap(({ flowRunId, epoch }) => {
        const run = runs.get(flowRunId)
        if (run?.epoch !== epoch || run.holder?.kind !== 'worker' || run.holder.sessionId !== sessionId) return []
        return decide(run, record.now) ?? []
      })
      if (changes.length === 0) return
      const applied = yield* this.#cloud.write(
        changes.map((change) => ({ change })),
        'pool',
      )
      if (applied.every((one) => one.written)) return
    }
  }

  /** One alarm, armed at the earliest of all that is due. */
  #arm(): void {
    const { world } = this.#cloud
    const due = [this.#coordinator.nextAlarm(world.now), this.#retryAt].filter((at) => at !== null)
    if (due.length === 0) return
    const at = Math.max(world.now + 1, Math.min(...due))
    if (this.#armedAt !== null && this.#armedAt <= at && this.#armedAt > world.now) return
    this.#armedAt = at
    world.after(at - world.now, this.life, () => {
      if (this.#armedAt !== at) return
      this.#armedAt = null
      this.#alarm()
    })
  }

  #alarm(): void {
    const { now } = this.#cloud.world
    this.#noticePings()
    const commands = this.#coordinator.tick(now)
    if (this.#retryAt !== null && this.#retryAt <= now) {
      this.#retryAt = null
      commands.push({ do: 'claim' })
    }
    this.carryOut(commands)
  }

  #keep(): void {
    for (const id of this.sockets.keys()) {
      const attachment = this.#coordinator.attachment(id)
      if (attachment) this.attachments.set(id, attachment)
    }
  }
}
