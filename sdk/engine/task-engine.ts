/**
 * One call of a task, from its arguments to its end. Every change of state is proposed to core, whose verdict is recorded; nothing here waits for the record.
 *
 * 1. A task whose upstream did not complete is never started: PENDING `NotReady`, and the caller gets `UpstreamFailed`.
 * 2. A timeout is per attempt, and only our own limit is called `TimedOut`.
 * 3. A task never outlives the judgement of its flow unnoticed: the flow's attempt follows every call.
 */
import { formatDuration } from '../../core/duration.ts'
import { newId } from '../../core/ids.ts'
import { decide } from '../../core/orchestration/decide.ts'
import { taskRunPolicy } from '../../core/orchestration/task-run-policy.ts'
import { makeState, type State, type StateDetails, type StateType } from '../../core/states.ts'
import { CachedCall, tellHit } from '../cache/cached-call.ts'
import type { CacheDefinition } from '../cache/cache-options.ts'
import { keyOfTask, type TaskKey } from '../durable/durable-call.ts'
import type { FinishedTaskRun } from '../durable/finished-work.ts'
import { askedDelay, FlowRunEnded, messageOf, RunCancelled, TimedOut, UpstreamFailed } from '../errors.ts'
import { isAllowedFailure, type TaskFuture, type TaskOutcome, TaskFuture as Future } from '../future.ts'
import { writeLog } from '../logger.ts'
import { ResultNotStorable } from '../results/errors.ts'
import { keepResult } from '../results/keep-result.ts'
import { type Results, type ResultSettings, resolveResults } from '../results/result-settings.ts'
import { policyFor, type ResolvedRetries, type RetryContext } from '../retry-policy.ts'
import { type RunScope, runScopes } from '../run-context.ts'
import { settleCompleted, type TransactionHooks } from '../transactions/task-transaction-hooks.ts'
import { transactionScopes } from '../transactions/transaction-scope.ts'
import { holdTagSlots } from '../concurrency/hold-tag-slots.ts'
import type { Lease } from '../concurrency/slots-client.ts'
import { awaitOrAbandon, isThenable, type Settled } from './await-or-abandon.ts'
import { nowAfter, waitOut } from './clock.ts'
import type { DeclaredParameters } from './declared-parameters.ts'
import { describeError, summarizeError, tellError } from './describe-error.ts'
import { findFutures, outcomesOf, replaceFutures } from './find-futures.ts'
import type { FlowRunScope } from './flow-run-scope.ts'
import { graceAfterAbort } from './grace.ts'
import { type Judgement, judgeResult } from './judge-result.ts'
import { nameTaskRun, type TaskRunName } from './name-run.ts'
import { runTaskHooks, type TaskHooks } from './run-task-hooks.ts'
import type { Slot } from './slots.ts'
import type { TaskOrigin } from './task-origin.ts'
import type { TaskSeat } from './task-place.ts'
import { TaskRunRecord } from './task-run-record.ts'

/** What a task function gets as its last argument. */
export interface TaskContext {
  /** Aborted by the task's timeout, by cancellation, and when the flow is over. */
  readonly signal: AbortSignal
  /** 1 for the first one. */
  readonly attempt: number
  readonly taskRunId: string
  readonly taskRunName: string
  /** Null outside of flows. */
  readonly flowRunId: string | null
}

/** A task, checked and ready to be called. */
export interface TaskDefinition {
  readonly name: string
  readonly description: string | null
  readonly tags: string[]
  readonly retries: ResolvedRetries
  /** Milliseconds an attempt may take; null = no limit. */
  readonly timeout: number | null
  /** Undefined = as the flow does. */
  readonly results: Results | undefined
  /** Null = not cached. */
  readonly cache: CacheDefinition | null
  /** Null = none. */
  readonly transactionHooks: TransactionHooks | null
  /** What a durable flow knows a call by; null = by its arguments. */
  readonly key: TaskKey | null
  readonly fn: (...args: never[]) => unknown
  readonly declared: DeclaredParameters
  /** Null = `load-0`, `load-1` … */
  readonly runName: TaskRunName | null
  /** Null = none. */
  readonly hooks: TaskHooks | null
  /** Where another thread finds it; null for code without a file. */
  readonly origin: TaskOrigin | null
}

interface CallOptions {
  /** Task runs (or values holding them) that must complete first. */
  waitFor?: unknown
  /** Takes a place in the flow's runner; a direct call runs in its caller's. */
  submitted: boolean
  /** Arguments that were searched for futures before and hold none. */
  plain?: readonly boolean[]
}

/** Begins a call and gives its future at once; nothing is thrown but `FlowRunEnded`. */
export function callTask(task: TaskDefinition, args: readonly unknown[], options: CallOptions): TaskFuture<unknown> {
  return new TaskCall(task, args, options).begin()
}

/** The context goes where the last declared parameter is, but never in the place of an argument that was given. */
export function withContext({ declared }: TaskDefinition, given: readonly unknown[], context: TaskContext): unknown[] {
  const args = [...given]
  const { count, lastIsOpen } = declared
  if (lastIsOpen || count <= args.length) return args
  while (args.length < count - 1) args.push(undefined)
  args.push(context)
  return args
}

const NEVER = new AbortController().signal
/** A place ends attempts by itself; this much longer it may take for it, in milliseconds. */
const FOR_PLACE = 2_000

class TaskCall {
  readonly #task: TaskDefinition
  readonly #options: CallOptions
  #args: readonly unknown[]
  readonly #scope: RunScope | undefined
  readonly #flowRun: FlowRunScope | null
  readonly #record: TaskRunRecord
  #slot: Slot | null
  /** Of the limits of its tags. */
  #tagSlots: Lease | null = null
  /** Where the coming attempt runs; null = here. */
  #seat: TaskSeat | null = null
  /** Null when this call is not cached. */
  #cached: CachedCall | null = null
  /** An earlier attempt of a durable run had finished it. */
  #isRecalled = false
  /** What its result is kept under, for later attempts of a durable run; null = it is not kept. */
  #keptKey: string | null = null
  /** The same within a transaction: there it counts once that is committed. */
  #stagedKey: string | null = null

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
      tags: task.tags,
      parentTaskRunId: this.#scope?.taskRun?.id ?? null,
    })
  }

  begin(): TaskFuture<unknown> {
    // What an earlier attempt may have finished is told once it is known whether it is a task run of its own.
    this.#enter('PENDING', {}, this.#flowRun?.durable?.work.hasHistory !== true)
    const ran = this.#run()
    const outcome = this.#task.hooks ? ran.then((ended) => (this.#isRecalled ? ended : this.#tellHooks().then(() => ended))) : ran
    this.#flowRun?.follow(outcome)
    transactionScopes.getStore()?.follow(outcome)
    return new Future(this.#record, outcome)
  }

  /** Never rejects: a defect of our own would be a failed task, too. */
  async #run(): Promise<TaskOutcome> {
    try {
      const blocked = await this.#gatherUpstream()
      if (blocked) return blocked
      if (this.#task.runName !== null) this.#giveName()
      const recalled = this.#flowRun?.durable ? await this.#recall(this.#flowRun.durable) : null
      if (recalled) return recalled
      if (this.#options.submitted && this.#flowRun) {
        const { slots } = this.#flowRun
        this.#slot = await new Promise<Slot>((resolve) => slots.take(resolve))
      }
      return await (this.#task.cache ? this.#attemptsUnlessCached(this.#task.cache) : this.#attempts())
    } catch (error) {
      if (this.#record.endTime === null) this.#enter('FAILED', { message: summarizeError(error), details: { error: describeError(error) } })
      return { ok: false, error }
    } finally {
      this.#seat?.leave()
      this.#tagSlots?.release()
      if (this.#options.submitted) this.#slot?.free()
    }
  }

  /** Waits for what comes in, and puts values in its place. Answers the outcome when the task must not start. */
  #gatherUpstream(): Promise<TaskOutcome | null> | null {
    const { plain, waitFor } = this.#options
    const searched = plain ? this.#args.filter((_, at) => !plain[at]) : this.#args
    const found = findFutures(searched)
    const waited = waitFor === undefined ? null : findFutures(isAllowedFailure(waitFor) ? [waitFor] : waitFor)
    if (!found.any && !waited?.any) return null
    const upstream = new Map(found.futures)
    for (const [future, allowed] of waited?.futures ?? []) upstream.set(future, allowed && (upstream.get(future) ?? true))
    return this.#awaitUpstream(upstream, found.any)
  }

  async #awaitUpstream(upstream: Map<TaskFuture<unknown>, boolean>, replace: boolean): Promise<TaskOutcome | null> {
    this.#record.upstream = [...upstream.keys()].map((future) => future.taskRunId)
    const outcomes = await outcomesOf(upstream.keys())
    if (this.#flowRun?.durable) this.#record.upstream = [...upstream.keys()].map((future) => future.taskRunId)
    for (const [future, allowed] of upstream) {
      const outcome = outcomes.get(future)
      if (allowed || outcome?.ok !== false) continue
      const error = new UpstreamFailed(`task run ${this.#record.name}`, future.name, outcome.error)
      this.#enter('PENDING', { name: 'NotReady', message: `Upstream ${future.name} did not complete (${future.state.name}), so it was not started` })
      return { ok: false, error }
    }
    if (replace) {
      const { plain } = this.#options
      this.#args = this.#args.map((value, at) => (plain?.[at] ? value : replaceFutures(value, (future) => outcomes.get(future) as TaskOutcome)))
    }
    return null
  }

  /** Looks for a cached result first, under the key's lock where one is wanted. */
  async #attemptsUnlessCached(cache: CacheDefinition): Promise<TaskOutcome> {
    const { id: taskRunId, name: taskRunName } = this.#record
    const flowRunId = this.#flowRun?.record.id ?? null
    const context = { taskName: this.#task.name, args: this.#args, flowRunId, taskRunId, flowParameters: this.#flowRun?.parameters }
    const signal = this.#scope?.signal ?? NEVER
    const results = this.#results() as ResultSettings
    try {
      const warn = (message: string) => this.#log('warn', message)
      this.#cached = await CachedCall.open({ task: { ...this.#task, cache }, results, context, taskRunName, signal, warn })
    } catch (error) {
      if (signal.aborted) return this.#cancel(messageOf(error), error instanceof Error ? error : new RunCancelled())
      this.#log('error', `failed: ${tellError(error)}`)
      throw error
    }
    try {
      const hit = this.#cached?.hit
      if (!hit) return await this.#attempts()
      const told = tellHit(hit)
      this.#enter('COMPLETED', { ...told, details: this.#withKey(told.details) })
      this.#remember()
      return { ok: true, value: hit.value }
    } finally {
      await this.#cached?.release()
    }
  }

  /** Where the value is stored; null = nowhere. What is cached is stored in any case. */
  #results(): ResultSettings | null {
    const around = this.#flowRun?.results ?? null
    return resolveResults(this.#task.cache && around === null ? (this.#task.results ?? true) : this.#task.results, around)
  }

  /** What an earlier attempt made of this call; null = it has to run. */
  async #recall(durable: NonNullable<FlowRunScope['durable']>): Promise<TaskOutcome | null> {
    const settings = this.#results()
    const key = keyOfTask(durable, this.#task, this.#args, this.#scope?.taskRun ?? null, settings !== null)
    this.#record.durableKey = key
    // A transaction is one piece of work: what it did not commit is done again as a whole.
    const inTransaction = transactionScopes.getStore() !== undefined
    if (settings !== null && inTransaction) this.#stagedKey = key
    if (settings !== null && !inTransaction) this.#keptKey = key
    if (!durable.work.hasHistory) return null
    const found = settings === null ? null : await durable.work[inTransaction ? 'findCommitted' : 'find'](key, settings)
    if (found) {
      this.#isRecalled = true
      this.#become(found.finished)
      return { ok: true, value: found.value }
    }
    this.#flowRun?.session.recorder.taskRun(this.#record)
    return null
  }

  /** It is that task run: told only where the record does not have it so. */
  #become({ taskRunId, flowRunId, name, stateName, result, startTime, endTime }: FinishedTaskRun): void {
    const timestamp = endTime ?? this.#next()
    const details = this.#withKey({ result })
    const isSame = flowRunId === this.#record.flowRunId && taskRunId !== ''
    const message = isSame && name !== '' ? null : 'An earlier attempt had finished it'
    this.#record.states.length = 0
    this.#record.enter(makeState({ id: newId(), type: 'COMPLETED', name: stateName, timestamp, message, details }))
    this.#record.startTime = startTime ?? timestamp
    this.#record.runCount = 1
    if (isSame) this.#record.id = taskRunId
    if (name !== '') this.#record.name = name
    if (!isSame || name === '') this.#flowRun?.session.recorder.taskRun(this.#record)
  }

  async #attempts(): Promise<TaskOutcome> {
    for (;;) {
      // Before the gate: the flow may be paused while slots are waited for.
      const holding = this.#record.state.type === 'RUNNING' ? null : this.#holdTagSlots()
      const ended = holding && (await holding)
      if (ended) return ended
      const gate = this.#flowRun?.pauses.gate
      if (gate) await gate
      const stopped = this.#stopReason()
      if (stopped) return this.#cancel(stopped.message, stopped)
      // Before it is RUNNING: a place that has to be made ready takes none of its time.
      const place = this.#options.submitted ? this.#flowRun?.place : null
      if (place) this.#seat = await place.seat(this.#task)
      if (this.#record.state.type !== 'RUNNING') {
        const entered = this.#propose(makeState({ id: newId(), type: 'RUNNING', timestamp: this.#next() }), true)
        if (entered.type !== 'RUNNING') return this.#cancel(entered.message ?? 'Its flow run is not running', new RunCancelled())
      }
      if (this.#task.hooks?.onRunning.length) await this.#tellHooks()
      const settled = await this.#attempt()
      const done = settled.kind === 'ended' ? settled.outcome : await this.#fail(settled.error, settled.abandoned)
      if (done) return done
    }
  }

  /** Waits for slots of the limits of its tags. Answers the outcome when the task does not start any more. */
  #holdTagSlots(): Promise<TaskOutcome | null> | null {
    if (this.#task.tags.length === 0) return null
    const holding = holdTagSlots({
      tags: this.#task.tags,
      scope: { flowRun: this.#flowRun, taskRun: this.#record, slot: this.#slot },
      signal: this.#scope?.signal ?? null,
      stopped: () => this.#stopReason(),
      onWait: (message) => this.#enter('SCHEDULED', { name: 'AwaitingConcurrencySlot', message: `Waits for a slot: ${message}` }),
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

  /** From what came in. A broken template costs a warning, never the run. */
  #giveName(): void {
    const { name, problem } = nameTaskRun(this.#task, this.#args, this.#record.name)
    this.#record.name = name
    if (problem) this.#log('warn', `${problem}; it is called ${name}`)
  }

  /** The author's hooks on the state that was just recorded. */
  #tellHooks(): Promise<void> {
    const scope: RunScope = { flowRun: this.#flowRun, taskRun: this.#record, signal: this.#scope?.signal ?? NEVER, slot: null }
    return runScopes.run(scope, () => runTaskHooks(this.#task, this.#record, (message) => this.#log('error', message)))
  }

  /** Runs the function once. `ended` = a final state has been recorded. */
  async #attempt(): Promise<{ kind: 'ended'; outcome: TaskOutcome } | { kind: 'failed'; error: unknown; abandoned: boolean }> {
    const { timeout } = this.#task
    const own = timeout === null ? null : new AbortController()
    const flowSignal = this.#scope?.signal ?? NEVER
    const signal = own ? AbortSignal.any([own.signal, flowSignal]) : flowSignal
    const what = `task run ${this.#record.name}`
    const unwatch = timeout === null || this.#seat ? undefined : this.#flowRun?.session.onLimit?.({ what, length: timeout })
    const timer =
      own && timeout !== null && !(this.#seat && this.#flowRun?.place?.keepsTime)
        ? setTimeout(() => {
            unwatch?.()
            own.abort(new TimedOut(what, formatDuration(timeout)))
          }, timeout)
        : null
    try {
      const settled = await this.#call(signal, own !== null)
      if (settled.kind === 'threw') return { kind: 'failed', error: settled.error, abandoned: false }
      if (settled.kind === 'aborted') {
        const { reason, abandoned } = settled
        if (own?.signal.aborted && reason === own.signal.reason) return { kind: 'failed', error: reason, abandoned }
        if (abandoned) this.#log('warn', 'it did not heed its abort signal and was left behind')
        const error = reason instanceof Error ? reason : new RunCancelled()
        return {
          kind: 'ended',
          outcome: this.#cancel(`Stopped: ${messageOf(reason)}${abandoned ? '; its function did not heed the abort signal' : ''}`, error),
        }
      }
      const judged = judgeResult(settled.value, `task run ${this.#record.name}`)
      const judgement = isThenable(judged) ? await judged : judged
      const owner = { flowRunId: this.#flowRun?.record.id ?? null, taskRunId: this.#record.id }
      const durable = this.#flowRun?.durable
      const kept = keepResult(this.#results(), judgement, durable && this.#keptKey !== null ? durable.work.ownerOf(this.#keptKey, owner) : owner)
      const last = isThenable(kept) ? await kept : kept
      const ended = this.#conclude(last)
      if (last.type === 'COMPLETED' && (this.#cached || this.#task.transactionHooks || this.#stagedKey !== null)) await this.#settle(last)
      return ended
    } finally {
      if (timer) clearTimeout(timer)
      unwatch?.()
    }
  }

  #call(signal: AbortSignal, own: boolean): Promise<Settled> | Settled {
    const context: TaskContext = {
      signal,
      attempt: this.#record.runCount,
      taskRunId: this.#record.id,
      taskRunName: this.#record.name,
      flowRunId: this.#flowRun?.record.id ?? null,
    }
    const scope: RunScope = { flowRun: this.#flowRun, taskRun: this.#record, signal, slot: this.#slot }
    let returned: unknown
    const seat = this.#seat
    this.#seat = null
    try {
      returned = seat
        ? seat.run({
            task: this.#task,
            args: this.#args,
            context,
            record: this.#record,
            isLast: this.#record.runCount > this.#task.retries.policy.count,
          })
        : runScopes.run(scope, () => (this.#task.fn as (...args: unknown[]) => unknown)(...withContext(this.#task, this.#args, context)))
    } catch (error) {
      return { kind: 'threw', error }
    }
    if (!isThenable(returned)) return { kind: 'returned', value: returned }
    const flowRun = this.#flowRun
    const onAbort =
      own || !flowRun
        ? (listener: () => void) => {
            signal.addEventListener('abort', listener, { once: true })
            return () => signal.removeEventListener('abort', listener)
          }
        : (listener: () => void) => flowRun.onAbort(listener)
    return awaitOrAbandon(returned, signal, onAbort, seat ? (reason) => graceAfterAbort(reason) + FOR_PLACE : graceAfterAbort)
  }

  /** Its entry in the cache and its hooks: now, or when the transaction around it ends. */
  #settle(judgement: Judgement): Promise<void> {
    const run = { id: this.#record.id, name: this.#record.name, args: this.#args }
    const onError = (message: string) => this.#log('error', message)
    const { result } = judgement
    const store = this.#results()?.store
    const work = this.#flowRun?.durable?.work
    const durable = work && store && result && this.#stagedKey !== null ? work.entryOf(this.#stagedKey, store, this.#record, result) : null
    return settleCompleted({ hooks: this.#task.transactionHooks, cached: this.#cached, durable, run, judgement, onError })
  }

  #conclude(judgement: Judgement): { kind: 'ended'; outcome: TaskOutcome } | { kind: 'failed'; error: unknown; abandoned: boolean } {
    if (judgement.type === 'FAILED') return { kind: 'failed', error: judgement.error, abandoned: false }
    const details: StateDetails = judgement.result ? { result: judgement.result } : {}
    this.#enter(judgement.type, { name: judgement.name, message: judgement.message, details: this.#withKey(details) })
    this.#remember()
    return { kind: 'ended', outcome: judgement.type === 'COMPLETED' ? { ok: true, value: judgement.value } : { ok: false, error: judgement.error } }
  }

  #withKey(details: StateDetails): StateDetails {
    return details.result && this.#keptKey !== null ? { ...details, durableKey: this.#keptKey } : details
  }

  /** For an attempt of the flow that follows in this process. */
  #remember(): void {
    const { id, flowRunId, name, state, startTime, endTime } = this.#record
    const { result } = state.details
    if (!result || this.#keptKey === null || state.type !== 'COMPLETED') return
    this.#flowRun?.durable?.work.add(this.#keptKey, { taskRunId: id, flowRunId, name, stateName: state.name, result, startTime, endTime })
  }

  /** Records a failed attempt. Null = there is another one, and its time has come. */
  async #fail(error: unknown, abandoned: boolean): Promise<TaskOutcome | null> {
    const context = { attempt: this.#record.runCount, error }
    const retriable = await this.#isRetriable(error)
    const summary = summarizeError(error)
    const left = abandoned ? '; its function did not heed the abort signal and was left behind' : ''
    const message = `${summary}${left}`
    const told = `${tellError(error)}${left}`
    const name = error instanceof TimedOut ? 'TimedOut' : undefined
    const failed = makeState({ id: newId(), type: 'FAILED', name, message, timestamp: this.#next(), details: { error: describeError(error) } })
    const entered = this.#propose(failed, retriable, context)
    if (entered.type === 'FAILED') {
      this.#log('error', `failed${this.#record.runCount > 1 ? ` after ${this.#record.runCount} attempts` : ''}: ${told}`)
      return { ok: false, error }
    }
    const due = entered.details.scheduledTime
    const wait = due === undefined ? 0 : Math.max(0, due - entered.timestamp)
    const { count } = this.#task.retries.policy
    this.#log(
      'warn',
      `attempt ${this.#record.runCount - (due === undefined ? 1 : 0)} of ${count + 1} failed: ${told}; again ${wait === 0 ? 'at once' : `in ${formatDuration(wait)}`}`,
    )
    if (wait > 0) this.#tagSlots?.release()
    if (wait > 0) await waitOut(wait, this.#scope?.signal).catch(() => {})
    return null
  }

  async #isRetriable(error: unknown): Promise<boolean> {
    if (error instanceof ResultNotStorable) return false
    const { when, policy } = this.#task.retries
    if (!when || policy.count === 0 || askedDelay(error) !== null) return true
    try {
      return Boolean(await when(error, { attempt: this.#record.runCount, error }))
    } catch (thrown) {
      this.#log('warn', `its retry condition threw (${messageOf(thrown)}), which counts as "no"`)
      return false
    }
  }

  /** Why nothing more of this call may start. */
  #stopReason(): Error | null {
    const { signal } = this.#scope ?? {}
    if (signal?.aborted) return signal.reason instanceof Error ? signal.reason : new RunCancelled()
    if (this.#flowRun?.closing || this.#flowRun?.ended) return new FlowRunEnded(`task run ${this.#record.name}`, this.#flowRun.record.name)
    return transactionScopes.getStore()?.whyNotStart ?? null
  }

  #cancel(message: string, error: Error): TaskOutcome {
    this.#enter('CANCELLED', { message })
    return { ok: false, error }
  }

  /** Asks core; records and answers what it made of the proposal. A wait that is over by the wall clock is over. */
  #propose(proposed: State, retriable: boolean, context: RetryContext = { attempt: this.#record.runCount, error: undefined }): State {
    const { retries } = this.#task
    const verdict = decide(taskRunPolicy, {
      current: this.#record.state,
      proposed,
      now: Math.max(proposed.timestamp, this.#record.state.details.scheduledTime ?? 0),
      random: Math.random(),
      newId,
      runCount: this.#record.runCount,
      retries: proposed.type === 'FAILED' ? policyFor(retries, context) : retries.policy,
      retriable,
      flowRunStateType: this.#flowRun ? (this.#flowRun.record.state?.type ?? 'RUNNING') : 'RUNNING',
    })
    if (verdict.kind === 'abort' || verdict.kind === 'wait')
      return makeState({ ...proposed, type: 'CANCELLED', name: 'Cancelled', message: verdict.reason })
    this.#record.enter(verdict.state)
    this.#flowRun?.session.recorder.taskRun(this.#record)
    return verdict.state
  }

  /** Records a state that is no question. */
  #enter(
    type: StateType,
    { name, message, details }: { name?: string | undefined; message?: string | null; details?: StateDetails },
    tell = true,
  ): void {
    this.#record.enter(makeState({ id: newId(), type, timestamp: this.#next(), name, message: message ?? null, details: details ?? {} }))
    if (tell) this.#flowRun?.session.recorder.taskRun(this.#record)
  }

  #next(): number {
    return nowAfter(this.#record.states.at(-1)?.timestamp)
  }

  #log(level: 'info' | 'warn' | 'error', message: string): void {
    writeLog({ flowRun: this.#flowRun, taskRun: this.#record }, level, message, undefined, 'weir')
  }
}
