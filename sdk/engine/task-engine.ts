/**
 * One call of a task, from its arguments to its end. Nothing here waits for the record. The steps have rooms of their own:
 *
 *     gather-upstream.ts        what comes in from other task runs
 *     durable/durable-call.ts   what an earlier attempt of a durable run made of it
 *     cache/cached-call.ts      what is cached
 *     run-task-function.ts      one attempt, and attempt-limit.ts, its time
 *     judge-result.ts           what the returned value means, and results/keep-result.ts, where it is stored
 *     retries/retry-or-fail.ts  what follows a failed attempt
 *     task-run-report.ts        what is told of it
 *
 * 1. A task whose upstream did not complete is never started: PENDING `NotReady`, and the caller gets `UpstreamFailed`.
 * 2. A timeout is per attempt, and only our own limit is called `TimedOut`.
 * 3. A task never outlives the judgement of its flow unnoticed: the flow's attempt follows every call.
 */
import { newId } from '../../core/ids.ts'
import { CachedCall, tellHit } from '../cache/cached-call.ts'
import type { CacheDefinition } from '../cache/cache-options.ts'
import { holdTagSlots } from '../concurrency/hold-tag-slots.ts'
import type { Lease } from '../concurrency/held-slots.ts'
import { DurableCall } from '../durable/durable-call.ts'
import type { DurablePlace } from '../durable/durable-work.ts'
import { FlowRunEnded, messageOf, RunCancelled, UpstreamFailed } from '../errors.ts'
import { TaskFuture, type TaskOutcome } from '../future.ts'
import { isHeldBack, neverSettles, NOT_STARTED } from '../pauses/held-back.ts'
import { keepResult } from '../results/keep-result.ts'
import { type ResultSettings, resolveResults } from '../results/result-settings.ts'
import { UnreachableStore } from '../results/unreachable-store.ts'
import { type RunScope, runScopes } from '../run-context.ts'
import { withTagsAround } from '../tags.ts'
import { settleCompleted } from '../transactions/settle-completed.ts'
import { transactionScopes } from '../transactions/transaction-scope.ts'
import { AttemptLimit } from './attempt-limit.ts'
import { isThenable, sayAbandoned } from './await-or-abandon.ts'
import { waitOut } from './clock.ts'
import { describeError, summarizeError, tellFailure } from './describe-error.ts'
import { letEventLoopTurn } from './event-loop-turn.ts'
import type { FlowRunScope, TimeLimit } from './flow-run-scope.ts'
import { findUpstream, idsOf, type Inputs, settleUpstream, type Upstream } from './gather-upstream.ts'
import { type Judgement, judgeResult } from './judge-result.ts'
import { nameTaskRun } from './name-run.ts'
import { type FailedAttempt, retryOrFail } from '../retries/retry-or-fail.ts'
import { runTaskFunction } from './run-task-function.ts'
import { runTaskHooks } from './run-task-hooks.ts'
import type { Slot } from './slots.ts'
import type { TaskDefinition } from './task-definition.ts'
import type { TaskSeat } from './task-place.ts'
import { TaskRunRecord } from './task-run-record.ts'
import { TaskRunReport } from './task-run-report.ts'

interface CallOptions extends Omit<Inputs, 'args'> {
  /** Takes a place in the flow's runner; a direct call runs in its caller's. */
  submitted: boolean
}

/** Begins a call and gives its future at once; nothing is thrown but `FlowRunEnded`. */
export function callTask(task: TaskDefinition, args: readonly unknown[], options: CallOptions): TaskFuture<unknown> {
  return new TaskCall(task, args, options).begin()
}

const NEVER = new AbortController().signal

/** How one attempt went. `ended` = a final state has been recorded. */
type AttemptEnd = { kind: 'ended'; outcome: TaskOutcome } | ({ kind: 'failed' } & FailedAttempt)

class TaskCall {
  readonly #task: TaskDefinition
  readonly #options: CallOptions
  #args: readonly unknown[]
  readonly #scope: RunScope | undefined
  readonly #flowRun: FlowRunScope | null
  readonly #record: TaskRunRecord
  readonly #report: TaskRunReport
  #slot: Slot | null
  /** Of the limits of its tags. */
  #tagSlots: Lease | null = null
  /** Where the coming attempt runs; null = here. */
  #seat: TaskSeat | null = null
  /** Where the value is stored; null = nowhere. */
  #settings: ResultSettings | null = null
  /** Null when this call is not cached. */
  #cached: CachedCall | null = null
  /** Null when its flow is not durable. */
  #durable: DurableCall | null = null
  /** An earlier attempt of a durable run had finished it. */
  #isRecalled = false

  constructor(task: TaskDefinition, args: readonly unknown[], options: CallOptions) {
    this.#task = task
    this.#args = args
    this.#options = options
    this.#scope = runScopes.getStore()
    this.#flowRun = this.#scope?.flowRun ?? null
    this.#slot = options.submitted ? null : (this.#scope?.slot ?? null)
    if (this.#flowRun?.ended) throw new FlowRunEnded(`task "${task.name}"`, this.#flowRun.record.name)
    transactionScopes.getStore()?.checkActive(`task "${task.name}"`)
    const dynamicKey = this.#flowRun ? this.#flowRun.countCall(task.name) : '0'
    this.#record = new TaskRunRecord({
      id: newId(),
      flowRunId: this.#flowRun?.record.id ?? '',
      name: `${task.name}-${dynamicKey}`,
      taskKey: task.name,
      dynamicKey,
      tags: withTagsAround(task.tags),
      parentTaskRunId: this.#scope?.taskRun?.id ?? null,
    })
    this.#report = new TaskRunReport(this.#record, this.#flowRun, task.retries)
  }

  begin(): TaskFuture<unknown> {
    if (isHeldBack()) return new TaskFuture(this.#record, neverSettles())
    // What an earlier attempt may have finished is told once it is known whether it is a task run of its own.
    if (this.#flowRun?.durable?.work.hasHistory) this.#report.enterUntold('PENDING')
    else this.#report.enter('PENDING')
    const ended = this.#task.hooks ? this.#runWithHooks() : this.#run()
    this.#flowRun?.follow(ended)
    const outcome = ended.then((known) => known ?? neverSettles())
    transactionScopes.getStore()?.follow(outcome)
    return new TaskFuture(this.#record, outcome)
  }

  /** The flow waits for the hooks of its end, too. What an earlier attempt had finished had them then. */
  async #runWithHooks(): Promise<TaskOutcome | null> {
    const outcome = await this.#run()
    if (outcome && !this.#isRecalled) await this.#tellHooks()
    return outcome
  }

  /** Null: its run is suspended before it could start. Never rejects: a defect of our own would be a failed task, too. */
  async #run(): Promise<TaskOutcome | null> {
    try {
      const upstream = findUpstream({ ...this.#options, args: this.#args })
      const blocked = upstream && (await this.#awaitUpstream(upstream))
      if (blocked) return blocked
      if (this.#task.runName !== null) this.#giveName()
      this.#settings = this.#resultSettings()
      transactionScopes.getStore()?.checkTask(this.#task, this.#settings?.store ?? null)
      const recalled = this.#flowRun?.durable ? await this.#recall(this.#flowRun.durable) : null
      if (recalled) return recalled
      if (this.#options.submitted && this.#flowRun) {
        const { slots } = this.#flowRun
        this.#slot = await new Promise<Slot>((resolve) => slots.take(resolve))
      }
      const outcome = await (this.#task.cache ? this.#attemptsUnlessCached(this.#task.cache) : this.#attempts())
      const turn = letEventLoopTurn()
      if (turn) await turn
      return outcome
    } catch (error) {
      if (this.#record.endTime === null) {
        this.#report.enter('FAILED', { message: summarizeError(error), details: { error: describeError(error) } })
        this.#report.log('error', `failed: ${tellFailure(error)}`)
      }
      return { ok: false, error }
    } finally {
      this.#seat?.leave()
      this.#tagSlots?.release()
      if (this.#options.submitted) this.#slot?.free()
    }
  }

  /** Answers the outcome when the task must not start. */
  async #awaitUpstream(upstream: Upstream): Promise<TaskOutcome | null> {
    this.#record.upstream = idsOf(upstream)
    const settled = await settleUpstream(upstream, { ...this.#options, args: this.#args })
    if (this.#flowRun?.durable) this.#record.upstream = idsOf(upstream)
    if (settled.blockedBy === null) {
      this.#args = settled.args
      return null
    }
    const { name, stateName, error } = settled.blockedBy
    this.#report.enter('PENDING', { name: 'NotReady', message: `Upstream ${name} did not complete (${stateName}), so it was not started` })
    return { ok: false, error: new UpstreamFailed(`task run ${this.#record.name}`, name, error) }
  }

  /** From what came in. A broken template costs a warning, never the run. */
  #giveName(): void {
    const { name, problem } = nameTaskRun(this.#task, this.#args, this.#record.name)
    this.#record.name = name
    if (problem) this.#report.log('warn', `${problem}; it is called ${name}`)
  }

  /** What an earlier attempt of the flow made of this call; null = it has to run. */
  async #recall(durable: DurablePlace): Promise<TaskOutcome | null> {
    const inTransaction = transactionScopes.getStore() !== undefined
    const parent = this.#scope?.taskRun ?? null
    const opened = DurableCall.open(durable, { task: this.#task, args: this.#args, parent, settings: this.#settings, inTransaction })
    this.#durable = opened instanceof Promise ? await opened : opened
    this.#record.durableKey = this.#durable.key
    if (!durable.work.hasHistory) return null
    const found = await this.#durable.find()
    if (!found) {
      this.#report.tell()
      return null
    }
    this.#isRecalled = true
    this.#report.become(found.finished, this.#durable.mark({ result: found.finished.result }))
    return { ok: true, value: found.value }
  }

  /** Looks for a cached result first, under the key's lock where one is wanted. */
  async #attemptsUnlessCached(cache: CacheDefinition): Promise<TaskOutcome | null> {
    const { id: taskRunId, name: taskRunName } = this.#record
    const flowRunId = this.#flowRun?.record.id ?? null
    const context = { taskName: this.#task.name, args: this.#args, flowRunId, taskRunId, flowParameters: this.#flowRun?.parameters }
    const signal = this.#scope?.signal ?? NEVER
    const results = this.#settings as ResultSettings
    try {
      const warn = (message: string) => this.#report.log('warn', message)
      this.#cached = await CachedCall.open({ task: { ...this.#task, cache }, results, context, taskRunName, signal, warn })
    } catch (error) {
      if (signal.aborted) return this.#cancel(messageOf(error), error instanceof Error ? error : new RunCancelled())
      throw error
    }
    try {
      const hit = this.#cached?.hit
      if (!hit) return await (this.#cached ? this.#cached.under(() => this.#attempts()) : this.#attempts())
      const told = tellHit(hit)
      this.#report.enter('COMPLETED', { ...told, details: this.#durable?.mark(told.details) ?? told.details })
      this.#durable?.remember(this.#record)
      return { ok: true, value: hit.value }
    } finally {
      await this.#cached?.release()
    }
  }

  async #attempts(): Promise<TaskOutcome | null> {
    for (;;) {
      // Before the gate: the flow may be paused while slots are waited for.
      const holding = this.#record.state.type === 'RUNNING' ? null : this.#holdTagSlots()
      const ended = holding && (await holding)
      if (ended) return ended
      const gate = this.#flowRun?.pauses.gate
      if (gate) await gate
      if (isHeldBack()) {
        this.#report.enter('CANCELLED', { message: NOT_STARTED })
        return null
      }
      const stopped = this.#stopReason()
      if (stopped) return this.#cancel(stopped.message, stopped)
      // Before it is RUNNING: a place that has to be made ready takes none of its time.
      const place = this.#options.submitted ? this.#flowRun?.place : null
      if (place) this.#seat = await place.seat(this.#task)
      if (this.#record.state.type !== 'RUNNING') {
        const entered = this.#report.propose(this.#report.make('RUNNING'), true)
        if (entered.type !== 'RUNNING') return this.#cancel(entered.message ?? 'Its flow run is not running', new RunCancelled())
      }
      if (this.#task.hooks?.onRunning.length) await this.#tellHooks()
      const end = await this.#attempt()
      if (end.kind === 'ended') return end.outcome
      const wait = await retryOrFail(this.#task, this.#report, end)
      if (wait === null) return { ok: false, error: end.error }
      if (wait > 0) this.#tagSlots?.release()
      if (wait > 0) await waitOut(wait, this.#scope?.signal).catch(() => {})
    }
  }

  /** Waits for slots of the limits of its tags. Answers the outcome when the task does not start any more. */
  #holdTagSlots(): Promise<TaskOutcome | null> | null {
    if (this.#record.tags.length === 0) return null
    const holding = holdTagSlots({
      tags: this.#record.tags,
      scope: { flowRun: this.#flowRun, taskRun: this.#record, slot: this.#slot },
      signal: this.#scope?.signal ?? null,
      stopped: () => this.#stopReason(),
      onWait: (message) => this.#report.enter('SCHEDULED', { name: 'AwaitingConcurrencySlot', message: `Waits for a slot: ${message}` }),
    })
    if (!holding) return null
    return holding.then(
      (lease) => {
        this.#tagSlots = lease
        return null
      },
      (error: unknown) => {
        const stopped = this.#stopReason()
        if (stopped) return this.#cancel(stopped.message, stopped)
        throw error
      },
    )
  }

  /** Runs the function once, and stores what it gave. */
  async #attempt(): Promise<AttemptEnd> {
    const what = `task run ${this.#record.name}`
    const seat = this.#seat
    this.#seat = null
    const elsewhere = seat && (this.#flowRun?.place ?? null)
    const around = this.#scope?.signal ?? NEVER
    const limit = new AttemptLimit({ timeout: this.#task.timeout, what, around, isKeptElsewhere: elsewhere?.keepsTime === true })
    limit.begin(elsewhere ? null : (begun) => this.#watch(begun))
    try {
      const called = { task: this.#task, args: this.#args, record: this.#record, flowRun: this.#flowRun, slot: this.#slot }
      const settled = await runTaskFunction({ ...called, limit, seat, durableName: this.#durable?.nameElsewhere ?? null })
      if (settled.kind === 'threw') {
        const { error } = settled
        return { kind: 'failed', error, name: limit.hasPassed(error) ? 'TimedOut' : undefined, abandoned: false }
      }
      if (settled.kind === 'aborted') {
        const { reason, abandoned } = settled
        if (limit.hasPassed(reason)) return { kind: 'failed', error: reason, name: 'TimedOut', abandoned }
        if (abandoned) this.#report.log('warn', 'it did not heed its abort signal and was left behind')
        const outcome = this.#cancel(`Stopped: ${messageOf(reason)}${sayAbandoned(abandoned)}`, reason instanceof Error ? reason : new RunCancelled())
        return { kind: 'ended', outcome }
      }
      const judged = judgeResult(settled.value, what)
      const judgement = isThenable(judged) ? await judged : judged
      const owner = { flowRunId: this.#flowRun?.record.id ?? null, taskRunId: this.#record.id }
      const kept = keepResult(this.#settings, judgement, this.#durable?.ownerOf(owner) ?? owner)
      return await this.#conclude(isThenable(kept) ? await kept : kept)
    } finally {
      limit.end()
    }
  }

  /** Whoever watches the time limits of the flow run ends its process for this one, too. */
  #watch(limit: Pick<TimeLimit, 'what' | 'length'>): (() => void) | undefined {
    const flowRun = this.#flowRun
    return flowRun?.session.onLimit?.({
      ...limit,
      retryAfter: flowRun.retryAfter,
      part: () => [...flowRun.subflows(), this.#record.toFact()],
    })
  }

  /** Records the end of an attempt that did not throw. */
  #conclude(judgement: Judgement): AttemptEnd | Promise<AttemptEnd> {
    const { type, name, message, result, value, error } = judgement
    if (type === 'FAILED') return { kind: 'failed', error, name, abandoned: false }
    const details = result ? { result } : {}
    this.#report.enter(type, { name, message, details: this.#durable?.mark(details) ?? details })
    this.#durable?.remember(this.#record)
    if (type !== 'COMPLETED') return { kind: 'ended', outcome: { ok: false, error } }
    const end: AttemptEnd = { kind: 'ended', outcome: { ok: true, value } }
    const staged = this.#durable?.stage(this.#record, result) ?? null
    if (!this.#cached && !this.#task.transactionHooks && !staged) return end
    // Its entry in the cache and its hooks: now, or when the transaction around it ends.
    const run = { id: this.#record.id, name: this.#record.name, args: this.#args }
    const onError = (problem: string) => this.#report.log('error', problem)
    const settled = settleCompleted({ hooks: this.#task.transactionHooks, cached: this.#cached, durable: staged, run, judgement, onError })
    return settled.then(() => end)
  }

  /** What is cached is stored in any case. Throws UsageError for a store that cannot be reached from this thread. */
  #resultSettings(): ResultSettings | null {
    const around = this.#flowRun?.results ?? null
    const settings = resolveResults(this.#task.cache && around === null ? (this.#task.results ?? true) : this.#task.results, around)
    if (settings?.store instanceof UnreachableStore) throw settings.store.reason
    return settings
  }

  /** The author's hooks on the state that was just recorded. */
  #tellHooks(): Promise<void> {
    const scope: RunScope = { flowRun: this.#flowRun, taskRun: this.#record, signal: this.#scope?.signal ?? NEVER, slot: null }
    return runScopes.run(scope, () => runTaskHooks(this.#task, this.#record, (message) => this.#report.log('error', message)))
  }

  /** Why nothing more of this call may start. */
  #stopReason(): Error | null {
    const { signal } = this.#scope ?? {}
    if (signal?.aborted) return signal.reason instanceof Error ? signal.reason : new RunCancelled()
    if (this.#flowRun?.closing || this.#flowRun?.ended) return new FlowRunEnded(`task run ${this.#record.name}`, this.#flowRun.record.name)
    return transactionScopes.getStore()?.whyNotStart ?? null
  }

  #cancel(message: string, error: Error): TaskOutcome {
    this.#report.enter('CANCELLED', { message })
    return { ok: false, error }
  }
}
