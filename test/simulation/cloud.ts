/** Our side: the record, the WorkPool objects, the stateless Worker with its doors for reports and people, and the minute sweep. */
import type { FlowRunFacts } from '../../core/flow-run.ts'
import { cancelFlowRun, forceFlowRun, resumeFlowRun, retryFlowRun, suspendFlowRun } from '../../core/flow-run-commands.ts'
import { expireCancelling } from '../../core/leases.ts'
import { settleOccurrences } from '../../core/schedules/settle-occurrences.ts'
import type { Assignment } from '../../core/protocol/assignment.ts'
import type { Directive, ReportAnswer, ReportRequest, RunAnswer } from '../../core/protocol/reports.ts'
import type { RunKey } from '../../core/protocol/worker-messages.ts'
import { isAskedToSuspend, suspendDirective } from '../../core/suspend-request.ts'
import { TIMINGS, type Timings } from '../../core/timings.ts'
import { ask, Database, type Story } from './database.ts'
import type { Socket } from './network.ts'
import { PoolObject } from './pool-object.ts'
import { type Applied, type NewRun, Record, type Write } from './record.ts'
import type { Safeguards } from './safeguards.ts'
import type { Truth, Writer } from './truth.ts'
import { type Life, newLife, type World } from './world.ts'

export class Cloud {
  readonly world: World
  readonly timings: Timings = TIMINGS
  readonly record: Record
  readonly database: Database
  readonly safeguards: Safeguards
  readonly pools = new Map<string, PoolObject>()
  /** The life of the stateless Worker's isolates: requests that are under way end with it. */
  isolate: Life = newLife()
  /** Doors answer nothing. */
  away = false
  readonly workPoolTypes = new Map<string, string>()
  /** Objects that another one has replaced without their knowing. */
  readonly #superseded = new Set<PoolObject>()

  constructor(world: World, truth: Truth, safeguards: Safeguards) {
    this.world = world
    this.safeguards = safeguards
    this.record = new Record(world, truth, this.timings, safeguards)
    this.database = new Database(world)
    this.#sweepEveryMinute()
  }

  pool(workPoolId: string): PoolObject {
    const known = this.pools.get(workPoolId)
    if (known && !known.life.over) return known
    const pool = new PoolObject(this, workPoolId)
    this.pools.set(workPoolId, pool)
    return pool
  }

  /** Memory, sockets and storage of an object are gone. `tells`: its sockets are closed, and workers learn it. */
  wipe(workPoolId: string, tells: boolean): void {
    const pool = this.pools.get(workPoolId)
    if (!pool) return
    pool.life.over = true
    for (const socket of pool.sockets.values()) {
      if (tells) socket.closeByPool()
      else socket.openAtPool = false
    }
    this.pools.delete(workPoolId)
  }

  /** The object is put to sleep and wakes at its next event, with its sockets and their attachments. */
  hibernate(workPoolId: string): void {
    const pool = this.pools.get(workPoolId)
    if (!pool) return
    pool.life.over = true
    this.pools.set(workPoolId, new PoolObject(this, workPoolId, pool))
  }

  /** A second object of the same name takes over; the first does not know it, and keeps its sockets and its alarm for a while. */
  double(workPoolId: string): void {
    const superseded = this.pools.get(workPoolId)
    this.pools.delete(workPoolId)
    if (!superseded) return
    this.#superseded.add(superseded)
    this.world.after(this.world.random.between(5_000, 120_000), null, () => this.#endSuperseded(superseded))
  }

  #endSuperseded(pool: PoolObject): void {
    this.#superseded.delete(pool)
    pool.life.over = true
    for (const socket of pool.sockets.values()) socket.closeByPool()
  }

  /** Everything of ours is away: objects, doors, sweep. What it had under way ends. */
  goAway(): void {
    for (const pool of [...this.#superseded]) this.#endSuperseded(pool)
    for (const workPoolId of [...this.pools.keys()]) this.wipe(workPoolId, this.world.random.chance(0.5))
    this.endIsolates()
    this.away = true
  }

  /** New code: every object starts anew, every isolate ends. */
  deploy(): void {
    for (const workPoolId of [...this.pools.keys()]) this.wipe(workPoolId, true)
    this.endIsolates()
  }

  endIsolates(): void {
    this.isolate.over = true
    this.isolate = newLife()
  }

  connect(workPoolId: string, socket: Socket): void {
    if (this.away) return socket.closeByPool()
    this.pool(workPoolId).accept(socket)
  }

  /** Assignments of runs that are PENDING and held by the session. */
  assignmentsOf(sessionId: string, flowRunIds: readonly string[]): Assignment[] {
    return flowRunIds.flatMap((id) => {
      const facts = this.record.runs.get(id)?.facts
      if (facts?.state.type !== 'PENDING' || facts.holder?.kind !== 'worker' || facts.holder.sessionId !== sessionId) return []
      const { onContactLost, startAgain, retries } = facts.policy
      const assignment: Assignment = {
        flowRunId: id,
        epoch: facts.epoch,
        claimedAt: facts.claimedAt ?? 0,
        mayStart: facts.workPoolType === 'process',
        stateId: facts.state.id,
        runToken: '',
        fence: this.timings.fence,
        flowRun: { name: id, parameters: {}, tags: [], runCount: facts.runCount, scheduledTime: null, createdAt: 0, url: '' },
        flow: { id: 'f', name: 'f' },
        deployment: {
          id: 'd',
          name: 'd',
          versionId: 'v',
          version: 1,
          entrypoint: 'flow.ts:flow',
          path: '/',
          contentHash: null,
          jobVariables: {},
          reuse: false,
          preload: true,
          onContactLost,
          startAgain,
          retries,
        },
        watched: false,
      }
      return [assignment]
    })
  }

  /** One statement, then the bells it calls for. Bells may get lost. */
  *write(writes: readonly Write[], writer: Writer): Story<Applied[]> {
    const applied = yield* ask(() => this.record.apply(writes, writer))
    for (const { ring } of applied) if (ring && !this.world.random.chance(0.05)) this.#ring(ring.workPoolId, ring.dueAt, ring)
    return applied
  }

  #ring(workPoolId: string, dueAt: number | null, { isFreed = false, hasLeases = false } = {}): void {
    this.world.after(this.world.random.between(1, 20), null, () => {
      if (!this.away) this.pool(workPoolId).ring(dueAt, isFreed, hasLeases)
    })
  }

  // ---- reports ----

  report(request: ReportRequest, answer: (value: ReportAnswer) => void): void {
    if (this.away) return
    this.database.tell(this.isolate, this.#takeReports(request), (outcome) => {
      if ('value' in outcome) answer(outcome.value)
    })
  }

  *#takeReports(request: ReportRequest): Story<ReportAnswer> {
    const { record, world } = this
    const ids = [...new Set([...request.reports, ...request.holderFacts].map((one) => one.flowRunId))]
    const { runs, now } = yield* ask(() => ({ runs: record.read(ids), now: record.now }))
    const answers = new Map<string, RunAnswer>()
    for (const report of request.reports) {
      for (let attempt = 0; attempt < 5; attempt++) {
        const run = runs.get(report.flowRunId)
        if (!run) break
        const isOwn = request.sessionId !== null && record.givenTo(request.sessionId, report)
        const from = isOwn ? { kind: 'worker' as const, sessionId: request.sessionId as string } : { kind: 'runner' as const }
        const fold = this.safeguards.foldReport({ run, report, sentAt: request.sentAt, from, now, newId: world.newId })
        const say = (acknowledged: number, directives: Directive[], facts = run) =>
          answers.set(report.flowRunId, this.#answer(report, acknowledged, directives, facts.state))
        if (fold.kind === 'stop') say(report.epoch === run.epoch ? run.lastN : 0, [{ kind: 'stop', reason: fold.reason }])
        else if (fold.kind === 'duplicate') say(fold.acknowledged, fold.directives)
        else if (fold.kind === 'gap') say(fold.expected - 1, fold.directives)
        else {
          const stored = { n: report.n, content: JSON.stringify(report.facts) }
          const [applied] = yield* this.write([{ change: fold.change, stored }], 'report')
          if (applied?.facts) runs.set(report.flowRunId, applied.facts)
          if (!applied?.written) {
            // Others moved the row: decided again, and after that it comes again by itself.
            if (applied?.facts) say(applied.facts.epoch === report.epoch ? applied.facts.lastN : 0, [], applied.facts)
            continue
          }
          say(report.n, fold.directives, applied.facts ?? run)
        }
        break
      }
    }
    for (const fact of request.holderFacts) {
      for (let attempt = 0; attempt < 5; attempt++) {
        const run = runs.get(fact.flowRunId)
        if (!run) break
        const fold = this.safeguards.foldHolderFact({ run, fact, now, newId: world.newId, timings: this.timings })
        const directives: Directive[] = fold.kind === 'stop' ? [{ kind: 'stop', reason: fold.reason }] : []
        if (!answers.has(fact.flowRunId))
          answers.set(fact.flowRunId, this.#answer(fact, fact.epoch === run.epoch ? run.lastN : 0, directives, run.state))
        if (fold.kind !== 'write') break
        const [applied] = yield* this.write([{ change: fold.change, exit: fold.exit }], 'holder')
        if (applied?.facts) runs.set(fact.flowRunId, applied.facts)
        if (applied?.written) break
      }
    }
    if (request.sessionId !== null && request.reports.length === 0) {
      const sessionId = request.sessionId
      const renewed = yield* ask(() => record.renew([{ sessionId, silentFor: 0 }]))
      for (const run of renewed.get(sessionId) ?? []) {
        const facts = record.runs.get(run.flowRunId)?.facts
        if (facts && !answers.has(run.flowRunId)) {
          const directives: Directive[] = facts.state.type === 'CANCELLING' ? [{ kind: 'cancel' }] : []
          answers.set(run.flowRunId, this.#answer(run, facts.epoch === run.epoch ? facts.lastN : 0, directives, facts.state))
        }
      }
    }
    return { serverTime: now, answers: request.sentAt, runs: [...answers.values()] }
  }

  #answer({ flowRunId, epoch }: RunKey, acknowledged: number, directives: Directive[], state: { id: string; type: string }): RunAnswer {
    return { flowRunId, epoch, acknowledged, stateId: state.id, stateType: state.type, fence: this.timings.fence, directives }
  }

  // ---- schedules ----

  /** What is to be made ahead, of one pool or of all. */
  *fill(workPoolId: string | null): Story {
    const { world, record, safeguards } = this
    const { rows, now } = yield* ask(() => ({ rows: record.schedules.listToFill(workPoolId), now: record.now }))
    if (rows.length === 0) return
    const fills = rows.map((row) => {
      const plan = safeguards.planOccurrences(row.schedule, { filledUntil: row.filledUntil, now, catchUp: row.catchUp })
      const occurrences = plan.instants.map((at) => ({ at, id: world.newId(), stateId: '', name: '' }))
      return { scheduleId: row.id, revision: row.revision, filledUntil: plan.filledUntil, fillAt: plan.fillAt, occurrences }
    })
    const pools = yield* ask(() => record.schedules.fill(fills))
    for (const pool of pools) if (!world.random.chance(0.05)) this.#ring(pool.workPoolId, pool.firstDue)
  }

  /** Settles what the schedules of a pool hold back; whether one of what is due is to be filled. */
  *settleHeld(workPoolId: string): Story<boolean> {
    const { world, record } = this
    for (let turn = 0; ; turn++) {
      const held = yield* ask(() => record.schedules.held(workPoolId))
      const before = new Map(held.schedules.flatMap(({ runs }) => runs.map(({ facts }) => [facts.id, facts] as const)))
      const changes = held.schedules.flatMap((schedule) => settleOccurrences(schedule, held.now, world.newId))
      if (changes.length === 0 || turn >= 10) return held.fill
      const applied = yield* this.write(
        changes.map((change) => ({ change })),
        'person',
      )
      for (const { written, facts } of applied) {
        const holder = facts && before.get(facts.id)?.holder
        if (!written || !facts || holder?.kind !== 'worker' || world.random.chance(0.1)) continue
        const directive: Directive = facts.state.type === 'CANCELLING' ? { kind: 'cancel' } : { kind: 'stop', reason: '' }
        const { epoch } = before.get(facts.id) as FlowRunFacts
        if (!this.away) this.pool(workPoolId).direct(holder.sessionId, { flowRunId: facts.id, epoch }, directive)
      }
      if (!applied.some(({ written }) => written)) return held.fill
    }
  }

  schedule(change: () => void, workPoolId: string): void {
    this.database.tell(newLife(), this.#changeSchedule(change, workPoolId), () => {})
  }

  *#changeSchedule(change: () => void, workPoolId: string): Story {
    yield* ask(change)
    yield* this.fill(workPoolId)
  }

  // ---- people ----

  /** The WorkPool is asked first; without its answer in time the run is inserted SCHEDULED. */
  create(run: NewRun): void {
    if (this.away) return
    let answered = false
    const insert = () => {
      if (answered) return
      answered = true
      this.#insertUntilWritten(run)
    }
    this.world.after(this.timings.offerTimeout, null, insert)
    if (run.scheduledTime > this.world.now || this.world.random.chance(0.05)) return insert()
    const pool = this.pool(run.workPoolId)
    this.world.after(this.world.random.between(1, 20), pool.life, () =>
      this.database.tell(pool.life, pool.offer(run), (outcome) => {
        if ('value' in outcome && outcome.value) answered = true
        else insert()
      }),
    )
  }

  #insertUntilWritten(run: NewRun): void {
    this.database.tell(newLife(), this.#insert(run), (outcome) => {
      if ('away' in outcome) this.world.after(1_000, null, () => this.#insertUntilWritten(run))
      else if (!this.world.random.chance(0.05)) this.#ring(run.workPoolId, run.scheduledTime)
    })
  }

  *#insert(run: NewRun): Story {
    yield* ask(() => this.record.insert(run))
  }

  cancel(flowRunId: string): void {
    this.database.tell(newLife(), this.#cancel(flowRunId), () => {})
  }

  suspend(flowRunId: string): void {
    this.database.tell(newLife(), this.#command(flowRunId, suspendFlowRun), () => {})
  }

  resume(flowRunId: string): void {
    this.database.tell(newLife(), this.#command(flowRunId, resumeFlowRun), () => {})
  }

  retry(flowRunId: string): void {
    this.database.tell(newLife(), this.#command(flowRunId, retryFlowRun), () => {})
  }

  force(flowRunId: string): void {
    const type = this.world.random.pick(['COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED'] as const) ?? 'CANCELLED'
    this.database.tell(
      newLife(),
      this.#command(flowRunId, (command) => forceFlowRun({ ...command, type })),
      () => {},
    )
  }

  /** Somebody changes a limit, or pauses or resumes a queue; the pools are rung as the API rings them. */
  *#settings(change: () => void): Story {
    yield* ask(change)
    for (const workPoolId of this.workPoolTypes.keys()) if (!this.world.random.chance(0.05)) this.#ring(workPoolId, null)
  }

  change(change: () => void): void {
    this.database.tell(newLife(), this.#settings(change), () => {})
  }

  typeOf(workPoolId: string): string {
    return this.workPoolTypes.get(workPoolId) ?? 'process'
  }

  *#command(flowRunId: string, command: typeof cancelFlowRun): Story {
    const run = (yield* ask(() => this.record.read([flowRunId]))).get(flowRunId)
    if (!run) return
    const verdict = command({ run, by: 'ada', now: this.world.now, newId: this.world.newId })
    if (verdict.kind !== 'change') return
    const [applied] = yield* this.write([{ change: verdict.change }], 'person')
    const facts = applied?.facts
    if (this.away || !applied?.written || facts?.holder?.kind !== 'worker' || facts.workPoolId === null) return
    const { state, epoch, holder, workPoolId } = facts
    const directive = isAskedToSuspend(state) ? suspendDirective(state) : state.type === 'CANCELLING' ? ({ kind: 'cancel' } as const) : null
    if (directive === null || this.world.random.chance(0.1)) return
    this.pool(workPoolId).direct(holder.sessionId, { flowRunId, epoch }, directive)
  }

  /** The run, then what it has started; whatever comes between is the sweep's to put right. */
  *#cancel(flowRunId: string): Story {
    yield* this.#command(flowRunId, cancelFlowRun)
    const children = yield* ask(() => this.record.listOpenDescendants(flowRunId))
    yield* this.#cancelChildren(children)
  }

  *#cancelChildren(children: readonly FlowRunFacts[]): Story {
    const { now, newId } = this.world
    const verdicts = children.map((run) => cancelFlowRun({ run, by: 'the run that started it', now, newId }))
    const writes = verdicts.flatMap((verdict) => (verdict.kind === 'change' ? [{ change: verdict.change }] : []))
    if (writes.length > 0) yield* this.write(writes, 'person')
  }

  // ---- sweep ----

  #sweepEveryMinute(): void {
    this.world.after(60_000, null, () => {
      this.#sweepEveryMinute()
      if (!this.away) this.database.tell(newLife(), this.#sweep(), () => {})
    })
  }

  *#sweep(): Story {
    const { record, world, timings, safeguards } = this
    const seen = yield* ask(() => ({ mayJudge: record.tickJudge('sweep', timings.judgeAwaySweep), runs: record.listToJudge(null), now: record.now }))
    const isStarting = ({ state, heardAt }: FlowRunFacts) =>
      state.type === 'PENDING' && heardAt !== null && seen.now - heardAt > timings.startingPatience
    for (const { facts } of seen.runs) if (facts.workPoolId !== null && isStarting(facts)) this.#ring(facts.workPoolId, null, { hasLeases: true })
    const lost = seen.runs.flatMap((run) => safeguards.judgeRun(run, seen.mayJudge, seen.now, world.newId, timings) ?? [])
    if (lost.length > 0)
      yield* this.write(
        lost.map((change) => ({ change })),
        'judge',
      )
    const cancelling = yield* ask(() => ({ runs: record.listCancelling(), now: record.now }))
    const overdue = cancelling.runs.flatMap((run) => expireCancelling(run, cancelling.now, world.newId, timings) ?? [])
    if (overdue.length > 0)
      yield* this.write(
        overdue.map((change) => ({ change })),
        'judge',
      )
    if (safeguards.cancelsLeftChildren) yield* this.#cancelChildren(yield* ask(() => record.listLeftChildren()))
    if (record.schedules.rows.size > 0) yield* this.fill(null)
    for (const workPoolId of new Set([...record.runs.values()].map((row) => row.facts.workPoolId))) {
      if (workPoolId === null) continue
      if (record.schedules.rows.size > 0) {
        if ([...(this.pools.get(workPoolId)?.sockets.values() ?? [])].some((socket) => socket.answers))
          yield* ask(() => record.schedules.meet(workPoolId))
        yield* this.settleHeld(workPoolId)
      }
      const { runs, nextDue } = yield* ask(() => record.listWaiting(workPoolId))
      if (runs.length > 0) this.#ring(workPoolId, null)
      else if (nextDue !== null) this.#ring(workPoolId, nextDue)
    }
  }
}
