/**
 * The process of one run, as the SDK's runner behaves: it starts user code when it may, decides retries by core's rules, reports through its Reporter, and a
 * thread beside it watches the fence. What user code does is drawn by lot.
 */
import { type Clocks, fenceLeft, fenceOfAssignment, type Fence, moveFence, type ServerClock } from '../../core/fence.ts'
import { decide } from '../../core/orchestration/decide.ts'
import { flowRunPolicy } from '../../core/orchestration/flow-run-policy.ts'
import type { Assignment } from '../../core/protocol/assignment.ts'
import type { Directive, RunAnswer, RunReport, TimedOutFact } from '../../core/protocol/reports.ts'
import type { RunKey } from '../../core/protocol/worker-messages.ts'
import { Reporter } from '../../core/reporter.ts'
import { mayRetry, NO_RETRIES, retryDelay } from '../../core/retry-policy.ts'
import { makeState, type State, type StateInit } from '../../core/states.ts'
import type { Worker } from './machine.ts'
import type { Body } from './truth.ts'
import { type Life, newLife } from './world.ts'

export class Runner {
  readonly life: Life
  readonly key: RunKey
  readonly reporter: Reporter
  readonly startedAt: Clocks
  fence: Fence
  readonly #worker: Worker
  readonly #assignment: Assignment
  readonly #server: ServerClock
  #state: State
  #runCount: number
  #runningAcknowledged = false
  #body: Body | null = null
  #bodyLife: Life | null = null
  /** RUNNING was proposed; its acknowledgement is awaited. */
  #asking: string | null = null
  #finishing = false
  #cancelling = false
  #runningIds = new Set<string>()
  /** States of the run that it has told. */
  #told: string[] = []

  constructor(worker: Worker, assignment: Assignment, server: ServerClock) {
    const { machine } = worker
    const { flowRunId, epoch, stateId } = assignment
    this.#worker = worker
    this.#assignment = assignment
    this.#server = server
    this.life = newLife(machine)
    this.key = { flowRunId, epoch }
    this.startedAt = machine.clocks
    this.fence = fenceOfAssignment(assignment, server, machine.clocks)
    this.#runCount = assignment.flowRun.runCount
    this.#state = makeState({ id: stateId, type: 'PENDING', timestamp: machine.clocks.wall })
    this.reporter = new Reporter({ flowRunId, epoch, stateId, runToken: '', timings: machine.cloud.timings, heartbeat: false })
    const { random } = machine.world
    machine.world.after(random.chance(0.05) ? random.between(1_000, 30_000) : random.between(10, 400), this.life, () => this.#begin())
    this.#watchSoon()
  }

  get #clocks(): Clocks {
    return this.#worker.machine.clocks
  }

  #begin(): void {
    if (this.#finishing) return
    if (this.#cancelling) return this.#abort()
    const { safeguards, timings } = this.#worker.machine.cloud
    if (safeguards.mayStartAtOnce(this.#assignment, this.#server, this.#clocks, timings)) this.#startBody()
    else this.#ask()
  }

  /** Proposes RUNNING; user code starts when it has been acknowledged. */
  #ask(): void {
    const state = this.#append({ type: 'RUNNING', name: this.#state.name === 'AwaitingRetry' ? 'Retrying' : 'Running' })
    this.#asking = state.id
  }

  #startBody(): void {
    if (this.#finishing || this.#mustLetGo()) return this.#letGo()
    const { machine } = this.#worker
    const { world, truth } = machine
    if (this.#asking === null) this.#append({ type: 'RUNNING', name: this.#state.name === 'AwaitingRetry' ? 'Retrying' : 'Running' })
    this.#asking = null
    this.#body = { ...this.key, isAsleep: () => machine.asleep }
    truth.bodyStarts(this.#body, this.#runCount)
    const body = newLife(machine)
    this.#bodyLife = body
    const { random } = world
    const { slowShare, failShare } = machine.theme
    const length = random.chance(slowShare) ? random.between(20_000, 240_000) : random.between(50, 12_000)
    for (let line = random.integer(0, 3); line > 0; line--) world.after(random.between(0, length), body, () => this.#work())
    const outcome = random.next()
    world.after(length, body, () => {
      this.#endBody()
      if (outcome < failShare) this.#fail()
      else if (outcome < 0.9) this.#end('COMPLETED')
      else if (outcome < 0.95) this.#exit(1, null, false)
      else if (outcome < 0.97) this.#exit(0, null, false)
      else this.kill()
    })
  }

  #work(): void {
    const { world } = this.#worker.machine
    const time = this.#clocks.wall
    if (world.random.chance(0.5))
      this.reporter.append({ kind: 'logs', flowRunId: this.key.flowRunId, lines: [{ time, level: 'info', message: world.newId() }] })
    else {
      const states = [makeState({ id: world.newId(), type: 'COMPLETED', timestamp: time })]
      const taskRunId = `task-${world.random.integer(1, 3)}`
      const { flowRunId } = this.key
      const task = { taskRunId, flowRunId, name: 't', taskKey: 't', dynamicKey: '1', tags: [], runCount: 1, states }
      this.reporter.append({ kind: 'task-run', ...task, startTime: time, endTime: time, runTime: 0, upstream: [], parentTaskRunId: null })
    }
    this.#worker.wakeFlush(1_000)
  }

  #endBody(): void {
    if (this.#bodyLife) this.#bodyLife.over = true
    this.#bodyLife = null
    if (this.#body) this.#worker.machine.truth.bodyEnds(this.#body)
    this.#body = null
  }

  /** FAILED, or whatever the rules put in its place. */
  #fail(): void {
    const { world, cloud } = this.#worker.machine
    const retries = this.#assignment.deployment?.retries ?? NO_RETRIES
    const run = {
      holder: { kind: 'runner' as const },
      runCount: this.#runCount,
      deploymentId: 'd',
      rootFlowRunId: null,
      policy: { retries, retryOnCrash: 0, onContactLost: 'continue' as const, startAgain: false },
    }
    const proposed = this.#make({ type: 'FAILED' })
    const now = this.#clocks.wall
    const verdict = decide(flowRunPolicy, { run, current: this.#state, proposed, now, random: world.random.next(), newId: world.newId, by: 'runner' })
    if (verdict.kind === 'wait' || verdict.kind === 'abort') throw new Error(`a runner may fail at any time: ${verdict.reason}`)
    if (verdict.state.type !== 'SCHEDULED') return this.#end('FAILED')
    const wait = (verdict.state.details.scheduledTime ?? now) - now
    const release = wait > cloud.timings.retryInProcess
    this.#state = verdict.state
    this.#told.push(verdict.state.id)
    this.reporter.append({ kind: 'flow-run-state', state: verdict.state, runCount: this.#runCount, release })
    this.#worker.wakeFlush(20)
    if (release) return this.#finish()
    const { deployment } = this.#assignment
    world.after(wait, this.life, () => {
      if (this.#finishing) return
      if (this.#cancelling) return this.#abort()
      const contact = { deployed: true, onContactLost: deployment?.onContactLost ?? 'continue' }
      if (wait === 0 || cloud.safeguards.mayStartAttempt(contact, this.fence, this.#clocks)) this.#startBody()
      else this.#ask()
    })
  }

  #end(type: 'COMPLETED' | 'FAILED' | 'CANCELLED'): void {
    this.#append({ type })
    this.#finish()
  }

  /** Delivers what is left, then ends; or leaves a spool. */
  #finish(): void {
    this.#finishing = true
    this.#asking = null
    const { world } = this.#worker.machine
    world.after(world.random.between(20_000, 90_000), this.life, () => {
      if (!this.reporter.isDelivered) this.#leaveSpool()
    })
    this.#exitWhenDelivered()
  }

  #exitWhenDelivered(): void {
    if (!this.#finishing || !this.reporter.isDelivered) return
    if (this.reporter.stopped === null && !this.life.over) this.#worker.machine.truth.delivered(this.key.flowRunId, this.key.epoch, this.#told)
    this.#exit(0, null, true)
  }

  #leaveSpool(): void {
    const { first, rest } = this.reporter.leave()
    const batches = first ? [first, ...rest] : rest
    this.#worker.machine.disk.push({ run: this.key, stateId: this.reporter.stateId, batches })
    this.#exit(75, null, false)
  }

  #exit(code: number | null, signal: string | null, finished: boolean, killed = false): void {
    if (this.life.over) return
    this.#endBody()
    this.life.over = true
    this.#worker.onExit(this, { code, signal, finished, killed })
  }

  /** What its worker says of the attempt, if its code is the reason why it had to be killed: it computed past its time limit. */
  get timedOut(): TimedOutFact {
    const { retries } = this.#assignment.deployment ?? { retries: null }
    const policy = retries ?? NO_RETRIES
    return { message: 'computed on', retryAfter: mayRetry(policy, this.#runCount) ? retryDelay(policy, this.#runCount, 0) : null }
  }

  /** kill -9. */
  kill(): void {
    this.#exit(null, 'SIGKILL', false)
  }

  /** The lifeline is at its end: the runner says so with its own credential, and ends within five seconds. */
  onWorkerGone(): void {
    if (this.life.over) return
    const { machine } = this.#worker
    const { world, network, link, cloud } = machine
    world.after(world.random.between(10, 4_500), this.life, () => {
      this.#endBody()
      if (!this.reporter.isDelivered) {
        const { first, rest } = this.reporter.leave()
        machine.disk.push({ run: this.key, stateId: this.reporter.stateId, batches: first ? [first, ...rest] : rest })
      }
      this.life.over = true
      const request = {
        protocol: 1,
        sentAt: machine.clocks.wall,
        sessionId: null,
        reports: [],
        holderFacts: [{ kind: 'worker-gone' as const, ...this.key }],
      }
      network.request(
        newLife(machine),
        link,
        10_000,
        (answer) => cloud.report(request, answer),
        () => {},
      )
    })
  }

  // ---- what it hears ----

  due(now: number): number | null {
    return this.life.over ? null : this.reporter.due(now)
  }

  take(now: number): RunReport | null {
    const taken = this.reporter.take(now)
    if (taken?.kind === 'load') throw new Error('nothing was spilled')
    return taken?.report ?? null
  }

  onAnswer(answer: RunAnswer, sent: Clocks): void {
    if (this.life.over) return
    const directives = this.reporter.onAnswer(answer, this.#clocks.monotonic)
    this.#moveFence(sent, answer.fence, directives)
    for (const id of this.#runningIds) if (this.reporter.isAcknowledged(id)) this.#runningAcknowledged = true
    for (const directive of directives) this.onDirective(this.key.epoch, directive)
    if (this.#asking !== null && this.reporter.stopped === null && this.reporter.isAcknowledged(this.#asking)) {
      if (this.#cancelling) this.#abort()
      else this.#startBody()
    }
    this.#exitWhenDelivered()
  }

  onRenewed(sent: Clocks, fence: number, directives: readonly Directive[]): void {
    this.#moveFence(sent, fence, directives)
    for (const directive of directives) this.onDirective(this.key.epoch, directive)
  }

  #moveFence(sent: Clocks, length: number, directives: readonly Directive[]): void {
    if (!directives.some((directive) => directive.kind === 'stop')) this.fence = moveFence(this.fence, sent, length)
  }

  onDirective(epoch: number, directive: Directive): void {
    if (epoch !== this.key.epoch || this.life.over) return
    if (directive.kind === 'stop') {
      this.reporter.onDirective(directive, this.#clocks.monotonic)
      this.#letGo()
    } else if (directive.kind === 'suspend') {
      const { world } = this.#worker.machine
      world.after(world.random.between(5, 3_000), this.life, () => this.#suspend())
    } else if (directive.kind === 'cancel' && !this.#cancelling && !this.#finishing) {
      this.#cancelling = true
      const { world } = this.#worker.machine
      // Most bodies listen; the others are killed after the grace.
      if (world.random.chance(0.85)) world.after(world.random.between(5, 3_000), this.life, () => this.#abort())
      else world.after(30_000, this.life, () => this.#exit(null, 'SIGKILL', false, true))
    }
  }

  /** As its flow's code comes to the place where it calls something next: its process is given back. */
  #suspend(): void {
    if (this.#finishing || this.#cancelling || this.#body === null) return
    this.#endBody()
    this.#append({ type: 'PAUSED', name: 'Suspended' }, true)
    this.#finish()
  }

  #abort(): void {
    if (this.#finishing) return
    this.#endBody()
    this.#end('CANCELLED')
  }

  /** Ends without reporting: the run is not its own any more, or may not be. */
  #letGo(): void {
    if (this.life.over) return
    this.#exit(143, 'SIGTERM', this.reporter.stopped !== null)
  }

  // ---- the thread beside it ----

  /** One watch tick. */
  watch(): void {
    if (!this.life.over && this.#mustLetGo()) this.#letGo()
  }

  #mustLetGo(): boolean {
    const { onContactLost = 'continue', startAgain = false } = this.#assignment.deployment ?? {}
    const run = { ...this.key, fence: this.fence, onContactLost, startAgain, runningAcknowledged: this.#runningAcknowledged }
    return !this.#finishing && this.#worker.machine.cloud.safeguards.mustLetGo(run, this.#clocks)
  }

  #watchSoon(): void {
    this.#worker.machine.world.after(Math.max(50, fenceLeft(this.fence, this.#clocks)), this.life, () => {
      this.watch()
      this.#watchSoon()
    })
  }

  // ---- states ----

  #make(init: Omit<StateInit, 'id' | 'timestamp'>): State {
    return makeState({ ...init, id: this.#worker.machine.world.newId(), timestamp: this.#clocks.wall })
  }

  #append(init: Omit<StateInit, 'id' | 'timestamp'>, release = false): State {
    const state = this.#make(init)
    if (state.type === 'RUNNING') {
      this.#runCount += 1
      this.#runningIds.add(state.id)
    }
    this.#state = state
    this.#told.push(state.id)
    this.reporter.append({ kind: 'flow-run-state', state, runCount: this.#runCount, ...(release ? { release } : {}) })
    this.#worker.wakeFlush(20)
    return state
  }
}
