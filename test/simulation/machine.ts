/**
 * A user's machine: its clocks, its way to the cloud, its disk, and the worker process that a supervisor starts again when it dies. Runners are children of
 * the worker; they see its end within five seconds and end as well.
 */
import { type Clocks, moveFence, type ServerClock } from '../../core/fence.ts'
import type { Assignment } from '../../core/protocol/assignment.ts'
import type { PoolMessage } from '../../core/protocol/pool-messages.ts'
import type { Directive, HolderFact, ReportAnswer, RunAnswer, RunReport } from '../../core/protocol/reports.ts'
import type { Hello, RunKey } from '../../core/protocol/worker-messages.ts'
import type { NumberedFacts, Reporter } from '../../core/reporter.ts'
import type { Cloud } from './cloud.ts'
import type { Theme } from './faults.ts'
import type { Link, Network, Socket } from './network.ts'
import { Runner } from './runner.ts'
import { SpoolDelivery } from './spool-delivery.ts'
import type { Truth } from './truth.ts'
import { type Life, newLife, type World } from './world.ts'

/** What a runner left behind on disk. */
export interface Spool {
  run: RunKey
  stateId: string
  batches: NumberedFacts[]
}

export class Machine {
  readonly world: World
  readonly cloud: Cloud
  readonly network: Network
  readonly truth: Truth
  readonly theme: Theme
  readonly name: string
  readonly workPoolId: string
  readonly slots: number
  readonly link: Link = { cut: false }
  asleep = false
  deferred: (() => void)[] = []
  disk: Spool[] = []
  worker: Worker | null = null
  /** Since when nothing has been wrong with it: neither asleep, nor cut off, nor without a worker. */
  wellSince: number
  #skew: number
  #slept = 0

  constructor(start: Pick<Machine, 'world' | 'cloud' | 'network' | 'truth' | 'theme' | 'name' | 'workPoolId' | 'slots'>) {
    this.world = start.world
    this.cloud = start.cloud
    this.network = start.network
    this.truth = start.truth
    this.theme = start.theme
    this.name = start.name
    this.workPoolId = start.workPoolId
    this.slots = start.slots
    this.wellSince = start.world.now
    this.#skew = start.world.random.chance(0.3) ? start.world.random.between(-300_000, 300_000) : start.world.random.between(-50, 50)
    this.startWorker()
  }

  get clocks(): Clocks {
    return { wall: this.world.now + this.#skew, monotonic: this.world.now - this.#slept }
  }

  startWorker(): void {
    if (this.worker && !this.worker.life.over) return
    this.wellSince = this.world.now
    this.worker = new Worker(this)
  }

  /** kill -9 of the worker; its runners follow within five seconds. */
  killWorker(): void {
    this.worker?.die()
    this.wellSince = this.world.now
    this.world.after(this.world.random.between(200, 40_000), newLife(this), () => this.startWorker())
  }

  /** Power off: everything at once, and nobody is told. */
  crash(): void {
    const { worker } = this
    if (worker) for (const runner of worker.runners()) runner.kill()
    worker?.die(true)
    this.wellSince = this.world.now
    this.world.after(this.world.random.between(5_000, 200_000), newLife(this), () => this.startWorker())
  }

  sleep(length: number): void {
    if (this.asleep) return
    this.asleep = true
    this.world.after(length, null, () => this.wake())
    const since = this.world.now
    this.#wakeUp = () => {
      this.#slept += this.world.now - since
    }
  }

  #wakeUp: () => void = () => {}

  wake(): void {
    if (!this.asleep) return
    this.#wakeUp()
    this.asleep = false
    this.wellSince = this.world.now
    const { worker } = this
    // The thread that watches over leases looks first; whatever was due meanwhile follows.
    if (worker) for (const runner of worker.runners()) runner.watch()
    const { deferred } = this
    this.deferred = []
    for (const [index, act] of deferred.entries()) this.world.after(1 + index * 0.01, newLife(this), act)
    this.world.after(1_000, null, () => {
      for (const runner of worker?.runners() ?? []) this.truth.checkOverlaps(runner.key.flowRunId)
    })
  }

  cut(length: number): void {
    if (this.link.cut) return
    this.link.cut = true
    this.world.after(length, null, () => this.mend())
  }

  mend(): void {
    if (this.link.cut) this.wellSince = this.world.now
    this.link.cut = false
  }

  /** The wall clock is set. */
  step(by: number): void {
    this.#skew += by
  }
}

/** Runs as the worker keeps them. */
interface Held {
  assignment: Assignment
  runner: Runner | null
}

export class Worker {
  readonly life: Life
  readonly sessionId: string
  readonly machine: Machine
  server: ServerClock | null = null
  #held = new Map<string, Held>()
  /** A later epoch that waits for the process of an earlier one. */
  #waiting = new Map<string, Assignment>()
  #begun = new Map<string, number>()
  #handedBack = new Map<string, number>()
  #spools: SpoolDelivery[] = []
  #facts: HolderFact[] = []
  #kills = 0
  #socket: Socket | null = null
  #socketSince: number | null = null
  #unanswered = 0
  #requests = 0
  #draining = false

  constructor(machine: Machine) {
    this.machine = machine
    this.life = newLife(machine)
    this.sessionId = machine.world.newId()
    machine.world.tell(() => `${machine.name} worker starts, session ${this.sessionId}`)
    for (const spool of machine.disk) this.#spools.push(new SpoolDelivery(this, spool))
    this.#connect()
    this.#everyTenSeconds()
    this.#renewOverHttp()
    this.#flush()
  }

  get #world(): World {
    return this.machine.world
  }

  runners(): Runner[] {
    return [...this.#held.values()].flatMap(({ runner }) => (runner ? [runner] : []))
  }

  get isIdle(): boolean {
    return this.#held.size === 0 && this.#waiting.size === 0 && this.#facts.length === 0 && this.#spools.length === 0
  }

  /** Slots that it has told its pool of. */
  get room(): number {
    return this.#socketSince === null || this.life.over ? 0 : this.#free
  }

  die(silently = false): void {
    this.life.over = true
    if (this.#socket && !silently) this.#socket.closeByWorker()
    else if (this.#socket) this.#socket.openAtWorker = false
    for (const runner of this.runners()) runner.onWorkerGone()
  }

  // ---- socket ----

  #connect(): void {
    const { network, link, cloud, workPoolId } = this.machine
    const socket = network.open(this.life, link)
    this.#world.after(this.#world.random.between(20, 200), this.life, () => {
      if (link.cut) return this.#reconnect()
      cloud.connect(workPoolId, socket)
      this.#socket = socket
      this.#unanswered = 0
      const sent = this.machine.clocks
      socket.onWorkerClose = () => this.#reconnect()
      socket.onWorkerMessage = (message) => this.#hear(message, sent)
      socket.toPool(this.#hello(sent))
    })
  }

  #hello(sent: Clocks): Hello {
    const { name, slots, workPoolId, cloud } = this.machine
    const { sessionId, holding } = this
    const worker = { name, version: '1', type: cloud.typeOf(workPoolId), labels: {}, hostname: name, pid: 1 }
    return { type: 'hello', protocol: { newest: 1, oldest: 1 }, sessionId, worker, queues: [], slots, holding, sentAt: sent.wall }
  }

  /**
   * It turns to another socket whose hello the network holds back, gives that one up as well, and comes again. The pool hears the held hello after the newer
   * one, and nothing of its socket's end.
   */
  holdBackHello(length: number): void {
    if (this.#socket === null || this.life.over) return
    const { network, link, cloud, workPoolId, clocks } = this.machine
    this.#socket.closeByWorker()
    const stuck = network.open(this.life, link)
    cloud.connect(workPoolId, stuck)
    stuck.hold(length)
    stuck.toPool(this.#hello(clocks))
    stuck.openAtWorker = false
    this.#reconnect()
  }

  #reconnect(): void {
    this.#socket = null
    this.#socketSince = null
    this.#world.after(this.#world.random.between(200, 4_000), this.life, () => this.#connect())
  }

  get holding(): RunKey[] {
    return [...this.#held.values()]
      .map(({ assignment }) => assignment)
      .concat([...this.#waiting.values()])
      .map(({ flowRunId, epoch }) => ({ flowRunId, epoch }))
  }

  get #free(): number {
    if (this.#draining) return 0
    return Math.max(0, this.machine.slots - this.#held.size - this.#waiting.size)
  }

  #tellRoom(): void {
    if (this.#socketSince !== null) this.#socket?.toPool({ type: 'room', free: this.#free, draining: this.#draining })
  }

  #hear(message: PoolMessage, helloSent: Clocks): void {
    this.#world.tell(() => `${this.machine.name} hears ${JSON.stringify(message).slice(0, 150)}`)
    switch (message.type) {
      case 'welcome':
        this.#socketSince = this.#world.now
        this.server = { serverTime: message.serverTime, learntAt: helloSent }
        return this.#tellRoom()
      case 'assign':
        return this.#assign(message.assignments)
      case 'renewed': {
        const sent = this.#renewals.get(message.answers) ?? helloSent
        return this.#renewed(sent, message.fence, message.lost)
      }
      case 'direct':
        return this.#held.get(message.flowRunId)?.runner?.onDirective(message.epoch, message.directive)
      case 'goodbye': {
        const socket = this.#socket
        if (socket) socket.openAtWorker = false
        // A worker that is told not to come back ends; its supervisor starts a new one.
        if (!message.retry) {
          this.machine.truth.sentAway(this.machine.name, message.message, this.machine.cloud.record.sessions.get(this.sessionId)?.ended === true)
          return this.machine.killWorker()
        }
        return this.#reconnect()
      }
    }
  }

  #renewals = new Map<number, Clocks>()

  #everyTenSeconds(): void {
    this.#world.after(10_000, this.life, () => {
      this.#everyTenSeconds()
      const socket = this.#socket
      if (!socket) return
      this.#unanswered = socket.answers && this.#socketSince !== null ? 0 : this.#unanswered + 1
      if (this.#unanswered > 2) {
        socket.closeByWorker()
        return this.#reconnect()
      }
      if (this.#socketSince === null || (this.#held.size === 0 && this.#waiting.size === 0)) return
      const sent = this.machine.clocks
      this.#renewals = new Map([...this.#renewals, [sent.wall, sent] as const].slice(-20))
      this.#world.tell(() => `${this.machine.name} renews ${this.holding.map(({ flowRunId, epoch }) => `${flowRunId}/${epoch}`).join(' ')}`)
      socket.toPool({ type: 'renew', sentAt: sent.wall, holding: this.holding })
    })
  }

  #renewed(sent: Clocks, fence: number, lost: readonly RunKey[]): void {
    const gone = new Set(lost.map(({ flowRunId, epoch }) => `${flowRunId}/${epoch}`))
    for (const { runner } of this.#held.values()) {
      if (!runner) continue
      if (gone.has(`${runner.key.flowRunId}/${runner.key.epoch}`)) runner.onDirective(runner.key.epoch, { kind: 'stop', reason: 'lost' })
      else if (runner.startedAt.monotonic <= sent.monotonic) runner.fence = moveFence(runner.fence, sent, fence)
    }
  }

  // ---- runs ----

  #assign(assignments: readonly Assignment[]): void {
    for (const assignment of assignments) {
      const { flowRunId, epoch } = assignment
      const held = this.#held.get(flowRunId)
      const verdict = this.machine.cloud.safeguards.decideAssignment(assignment, {
        begun: this.#begun.get(flowRunId) ?? null,
        hasEnded: held === undefined,
        waiting: this.#waiting.get(flowRunId)?.epoch ?? null,
        handedBack: this.#handedBack.get(flowRunId) ?? null,
        draining: this.#draining,
        free: this.#free,
        slots: this.machine.slots,
      })
      if (verdict.kind === 'hand-back') {
        this.#handedBack.set(flowRunId, epoch)
        this.#socket?.toPool({ type: 'hand-back', runs: [{ flowRunId, epoch, reason: verdict.reason }] })
        continue
      }
      if (verdict.kind !== 'ignore') this.#socket?.toPool({ type: 'acknowledge', runs: [{ flowRunId, epoch }] })
      if (verdict.kind === 'start') this.#start(assignment)
      if (verdict.kind === 'wait') {
        this.#waiting.set(flowRunId, assignment)
        held?.runner?.onDirective(held.assignment.epoch, { kind: 'stop', reason: 'a later epoch waits' })
      }
    }
    this.#tellRoom()
  }

  #start(assignment: Assignment): void {
    if (!this.server) return
    const held: Held = { assignment, runner: null }
    this.#held.set(assignment.flowRunId, held)
    this.#begun.set(assignment.flowRunId, assignment.epoch)
    held.runner = new Runner(this, assignment, this.server)
  }

  /** The process of a run has ended. */
  onExit(runner: Runner, exit: { code: number | null; signal: string | null; finished: boolean; killed: boolean }): void {
    const held = this.#held.get(runner.key.flowRunId)
    if (this.life.over || held?.runner !== runner) return
    const { code, signal } = exit
    const key = runner.key
    if (exit.killed) this.#facts.push({ kind: 'killed', ...key })
    else if (!exit.finished) {
      // Every other one was ended because it computed past its time limit.
      const timedOut = signal === 'SIGKILL' && ++this.#kills % 2 === 0 ? { timedOut: runner.timedOut } : {}
      this.#facts.push({ kind: 'exited', ...key, code, signal, stderr: '', reason: null, ...timedOut })
    }
    if (code === 75) for (const spool of this.machine.disk) if (isSame(spool.run, key)) this.#spools.push(new SpoolDelivery(this, spool))
    this.#held.delete(key.flowRunId)
    const next = this.#waiting.get(key.flowRunId)
    if (next) {
      this.#waiting.delete(key.flowRunId)
      this.#start(next)
    }
    this.#tellRoom()
    this.#flush()
  }

  /** No more, please; what no runner has got goes back. */
  drain(): void {
    this.#draining = true
    this.#tellRoom()
    this.#world.after(this.#world.random.between(10_000, 60_000), this.life, () => this.machine.killWorker())
  }

  // ---- reports ----

  /** Sends what is due, now and again; several requests may be under way. */
  #flush(): void {
    const { clocks, network, link, cloud } = this.machine
    if (this.#requests < 3) {
      const reports: RunReport[] = []
      const reporters = new Map<string, { reporter: Reporter; onAnswer: (answer: RunAnswer, sent: Clocks) => void }>()
      for (const source of [...this.runners(), ...this.#spools]) {
        if (reporters.has(source.key.flowRunId)) continue
        const taken = source.take(clocks.monotonic)
        if (!taken) continue
        reports.push(taken)
        reporters.set(source.key.flowRunId, source)
      }
      const holderFacts = this.#facts.splice(0)
      if (reports.length > 0 || holderFacts.length > 0) {
        this.#requests += 1
        const sent = clocks
        const request = { protocol: 1, sentAt: sent.wall, sessionId: this.sessionId, reports, holderFacts }
        network.request<ReportAnswer>(
          this.life,
          link,
          10_000,
          (answer) => cloud.report(request, answer),
          (answer) => {
            this.#requests -= 1
            this.#answered(answer, sent, reports, reporters, holderFacts)
          },
        )
      }
    }
    this.#flushSoon()
  }

  #flushAt: number | null = null
  /** The next look at what is due; a runner that appends something urgent asks for an earlier one. */
  #flushSoon(): void {
    const now = this.machine.clocks.monotonic
    let due = Number.POSITIVE_INFINITY
    for (const source of [...this.runners(), ...this.#spools]) due = Math.min(due, source.due(now) ?? Number.POSITIVE_INFINITY)
    if (this.#facts.length > 0) due = Math.min(due, now + 500)
    if (!Number.isFinite(due)) return
    this.wakeFlush(Math.max(20, due - now))
  }

  wakeFlush(delay: number): void {
    const at = this.#world.now + delay
    if (this.#flushAt !== null && this.#flushAt <= at && this.#flushAt > this.#world.now) return
    this.#flushAt = at
    this.#world.after(delay, this.life, () => {
      if (this.#flushAt !== at) return
      this.#flushAt = null
      this.#flush()
    })
  }

  #answered(
    answer: ReportAnswer | null,
    sent: Clocks,
    reports: readonly RunReport[],
    sources: Map<string, { reporter: Reporter; onAnswer: (answer: RunAnswer, sent: Clocks) => void }>,
    facts: readonly HolderFact[],
  ): void {
    const { truth } = this.machine
    const answered = new Map(answer?.runs.map((run) => [`${run.flowRunId}/${run.epoch}`, run]))
    for (const report of reports) {
      const source = sources.get(report.flowRunId)
      const run = answered.get(`${report.flowRunId}/${report.epoch}`)
      if (!run) source?.reporter.onFailure(this.machine.clocks.monotonic, this.#world.random.next())
      else {
        if (run.acknowledged >= report.n) truth.acknowledged(report.flowRunId, report.epoch, report.n, JSON.stringify(report.facts))
        source?.onAnswer(run, sent)
      }
    }
    if (!answer) this.#facts.push(...facts)
    for (const run of answer?.runs ?? []) {
      if (reports.some((report) => isSame(report, run))) continue
      for (const directive of run.directives) this.#held.get(run.flowRunId)?.runner?.onDirective(run.epoch, directive)
    }
    this.#flushSoon()
  }

  #renewOverHttp(): void {
    this.#world.after(5_000, this.life, () => {
      this.#renewOverHttp()
      const { clocks, network, link, cloud } = this.machine
      if (this.#held.size === 0 || this.#socketSince !== null) return
      const sent = clocks
      const request = { protocol: 1, sentAt: sent.wall, sessionId: this.sessionId, reports: [], holderFacts: [] }
      network.request<ReportAnswer>(
        this.life,
        link,
        10_000,
        (answer) => cloud.report(request, answer),
        (answer) => {
          for (const run of answer?.runs ?? []) {
            const runner = this.#held.get(run.flowRunId)?.runner
            if (runner?.key.epoch === run.epoch) runner.onRenewed(sent, run.fence, run.directives)
          }
        },
      )
    })
  }

  onSpoolDelivered(delivery: SpoolDelivery): void {
    this.#spools = this.#spools.filter((one) => one !== delivery)
    this.machine.disk = this.machine.disk.filter((spool) => spool !== delivery.spool)
  }
}

const isSame = (a: RunKey, b: RunKey): boolean => a.flowRunId === b.flowRunId && a.epoch === b.epoch

export const isOver = (directives: readonly Directive[]): boolean => directives.some((directive) => directive.kind === 'stop')
