/**
 * One flow run, from its parameters to its final state. Whoever starts it supplies a `Session`; the engine tells the session's recorder and waits for
 * nobody, except for the permission to start. The steps have rooms of their own:
 *
 *     flow-definition.ts, flow-start.ts   what is run, and what a run begins and ends with
 *     references/                         what parameters stand for; validate-parameters.ts, whether they may start it
 *     durable/finished-work.ts            what earlier attempts have finished
 *     flow-run-scope.ts                   what tasks, loggers and subflows find while an attempt goes on
 *     attempt-limit.ts                    how long it may take
 *     judge-result.ts                     what the returned value means, and results/keep-result.ts, where it is stored
 *     retries/judge-failure.ts            what follows a failed attempt
 *     pauses/                             waiting for an answer, and giving the process back
 *     run-hooks.ts                        what the author wants done with its end
 *     recorder.ts                         to whom it is all told
 *
 * 1. Parameters are judged before RUNNING: a run that cannot start has never run.
 * 2. An attempt is over only when everything it started is over, or was abandoned after an abort.
 * 3. The final state is recorded before hooks run; hooks change nothing.
 * 4. A run that must stop (`RunStopped`) ends without another word.
 */
import { formatDuration } from '../../core/duration.ts'
import { newId } from '../../core/ids.ts'
import { kibibytes, LIMITS } from '../../core/limits.ts'
import { makeState, type State, type StateDetails, type StateType } from '../../core/states.ts'
import { TIMINGS } from '../../core/timings.ts'
import { messageOf, ParametersTooLarge, RunCancelled } from '../errors.ts'
import { writeLog } from '../logger.ts'
import { DurableMismatch, describeTaskRuns } from '../durable/errors.ts'
import type { DurablePlace } from '../durable/durable-work.ts'
import { FinishedWork } from '../durable/finished-work.ts'
import { Pauses, Suspension } from '../pauses/pauses.ts'
import { keepResult } from '../results/keep-result.ts'
import { resolveResults } from '../results/result-settings.ts'
import { endProgress } from '../progress.ts'
import { judgeFailure, retryAfterLoss } from '../retries/judge-failure.ts'
import { runScopes } from '../run-context.ts'
import { withTagsAround } from '../tags.ts'
import { AttemptLimit } from './attempt-limit.ts'
import { awaitOrAbandon, sayAbandoned, type Settled } from './await-or-abandon.ts'
import { capturePrints } from './capture-prints.ts'
import { now, nowAfter, waitOut } from './clock.ts'
import { describeError, summarizeError, tellError, tellFailure } from './describe-error.ts'
import type { FlowContext, FlowDefinition } from './flow-definition.ts'
import { FlowRunScope, type Session } from './flow-run-scope.ts'
import type { FlowOutcome, FlowStart } from './flow-start.ts'
import { graceAfterAbort } from './grace.ts'
import { judgeResult, type Judgement } from './judge-result.ts'
import { nameRun } from './name-run.ts'
import type { FlowRunRecord } from './recorder.ts'
import { runHooks } from './run-hooks.ts'
import { RunStopped, RunTerminated } from './run-stopped.ts'
import { resolveReferences } from '../references/resolve-references.ts'
import { showAsJsonObject } from './show-as-json.ts'
import { Slots } from './slots.ts'
import { validateParameters } from './validate-parameters.ts'

/**
 * Milliseconds of grace for each level of subflows below: what a flow started is given up first, level by level, so that one which merely waits for a task or a
 * subflow is not called deaf itself.
 */
const FOR_EACH_LEVEL = 100

/** How an attempt went. */
type Judged = { judgement: Judgement } | { aborted: unknown; abandoned: boolean } | { suspended: Suspension }

/** Runs it to its end. Never rejects for anything that author's code does. */
export function runFlow(flow: FlowDefinition, start: FlowStart): Promise<FlowOutcome> {
  return new FlowRun(flow, start).run()
}

/** Runs the hooks of a final state that the run's own process did not live to run. What the run is comes with `start`. */
export async function runFinalHooks(flow: FlowDefinition, start: FlowStart, state: State): Promise<void> {
  await new FlowRun(flow, start).end(state)
}

class FlowRun {
  readonly #flow: FlowDefinition
  readonly #start: FlowStart
  readonly #session: Session
  readonly #record: FlowRunRecord
  readonly #calls = new Map<string, number>()
  readonly #pauses: Pauses
  readonly #durable: DurablePlace | null
  /** Of the outermost flow. */
  readonly #work: FinishedWork | null
  readonly #begun = now()
  /** Why the record cannot hold the parameters. */
  readonly #tooLarge: string | null
  /** The present attempt comes after a wait for it. */
  #waited = false

  constructor(flow: FlowDefinition, start: FlowStart) {
    this.#flow = flow
    this.#start = start
    this.#session = start.session
    const parameters = showAsJsonObject(start.parameters)
    const bytes = Buffer.byteLength(JSON.stringify(parameters))
    this.#tooLarge = bytes > LIMITS.parameters ? `they are ${kibibytes(bytes)} as JSON, and at most ${kibibytes(LIMITS.parameters)} can be` : null
    this.#record = {
      id: start.id,
      rootFlowRunId: start.parent?.rootFlowRunId ?? start.id,
      parentFlowRunId: start.parent?.flowRunId ?? null,
      parentTaskRunId: start.parent?.taskRunId ?? null,
      flowName: flow.name,
      flowVersion: flow.version,
      name: start.name ?? '',
      parameters: this.#tooLarge === null ? parameters : { '… (not stored)': this.#tooLarge },
      tags: withTagsAround([...new Set([...flow.tags, ...start.tags])]),
      createdAt: start.createdAt,
      runCount: start.runCount,
      state: start.state,
    }
    this.#work = start.parent === null && flow.durable ? new FinishedWork(flow.durable, start.id, start.session.loadKnownWork ?? null) : null
    this.#durable = start.parent ? start.parent.durable : this.#work && { work: this.#work, key: '', within: null }
    this.#pauses =
      start.parent?.pauses ??
      new Pauses({
        resumption: start.session.resumption ?? null,
        isDurable: this.#durable !== null,
        state: () => this.#record.state,
        enter: (state, tell) => this.#turn(state, tell),
      })
  }

  async run(): Promise<FlowOutcome> {
    let parameters: unknown
    let invalid: unknown
    try {
      // A deployment's run has them in the record already.
      if (this.#tooLarge !== null && this.#start.state === null) throw new ParametersTooLarge(this.#flow.name, this.#tooLarge)
      const given = await this.#resolveReferences()
      parameters = await validateParameters(this.#flow.name, this.#flow.schema, given)
    } catch (error) {
      invalid = error
    }
    this.#giveName(invalid === undefined ? parameters : this.#start.parameters)
    this.#start.onRecord?.(this.#record)
    if (invalid !== undefined) {
      this.#log('error', messageOf(invalid))
      const state = this.#enter('FAILED', { message: summarizeError(invalid), details: { error: describeError(invalid) } })
      return this.#end({ state, value: undefined, error: invalid })
    }
    for (;;) {
      const outcome = await this.#attempt(parameters)
      if (outcome) return outcome
    }
  }

  /** The record keeps references; the function gets what they stand for. A subflow is called with values. */
  async #resolveReferences(): Promise<unknown> {
    const { parameters, parent } = this.#start
    if (parent !== null) return parameters
    return resolveReferences(parameters, `the parameters of flow "${this.#flow.name}"`, this.#session)
  }

  /** A deployment's run has a name from its creation, which its flow's own way to name its runs goes before. */
  #giveName(parameters: unknown): void {
    const { runName } = this.#flow
    const given = this.#record.name
    const isDeployed = this.#start.parent === null && this.#start.state !== null
    if (given !== '' && (runName === null || !isDeployed)) return
    const { name, problem } = nameRun(runName, this.#flow.name, parameters, given)
    this.#record.name = name
    if (problem) this.#log('warn', `${problem}; it is called ${name}`)
  }

  /** One attempt; null = another one follows. */
  async #attempt(parameters: unknown): Promise<FlowOutcome | null> {
    const { signal, permission } = this.#session
    if (signal.aborted) return this.#endAborted(signal.reason, false)
    const { version } = this.#flow
    const running = this.#enter('RUNNING', {
      name: this.#record.state?.name === 'AwaitingRetry' ? 'Retrying' : undefined,
      details: version === null ? {} : { flowVersion: version },
    })
    if (permission && this.#start.parent === null) {
      await permission(running, this.#waited).catch(() => {})
      if (signal.aborted) return this.#endAborted(signal.reason, false)
    }
    this.#session.onStart?.()
    if (this.#start.parent === null) this.#pauses.begin()
    if (this.#work) {
      const { count } = this.#start.retries ?? this.#flow.retries.policy
      const problem = await recall(this.#work, signal, this.#record.runCount > count)
      if (signal.aborted) return this.#endAborted(signal.reason, false)
      if (problem) return this.#fail(problem)
    }
    const judged = await this.#runAttempt(parameters, running)
    if ('aborted' in judged) return this.#endAborted(judged.aborted, judged.abandoned)
    if ('suspended' in judged) return this.#suspend(judged.suspended)
    const judgement = this.#judgeLeftOver(judged.judgement)
    if (judgement.type === 'FAILED') return this.#fail(judgement)
    const details: StateDetails = judgement.result ? { result: judgement.result } : {}
    const state = this.#enter(judgement.type, { name: judgement.name, message: judgement.message, details })
    return this.#end({ state, value: judgement.value, error: judgement.error })
  }

  /** Runs the hooks of its beginning and the function, in a scope and within a time limit of its own. */
  async #runAttempt(parameters: unknown, running: State): Promise<Judged> {
    const what = `flow run ${this.#record.name}`
    const limit = new AttemptLimit({ timeout: this.#flow.timeout, what, around: this.#session.signal })
    const scope = this.#openScope(limit.signal)
    scope.place = this.#flow.runner.open?.(scope) ?? null
    const part = this.#start.parent === null ? null : () => scope.subflows()
    limit.begin((begun) => this.#session.onLimit?.({ ...begun, retryAfter: scope.retryAfter, part }))
    try {
      await this.#inScope(scope, () => runHooks(this.#flow.hooks, 'onRunning', this.#record, running, (message) => this.#log('error', message)))
      const judged = await this.#judgeAttempt(scope, parameters, what)
      if (!('aborted' in judged) || !limit.hasPassed(judged.aborted)) return judged
      const { aborted: error, abandoned } = judged
      return { judgement: { type: 'FAILED', name: 'TimedOut', message: `${messageOf(error)}${sayAbandoned(abandoned)}`, value: undefined, error } }
    } finally {
      limit.end()
      endProgress(scope)
      scope.ended = true
      scope.place?.close()
    }
  }

  /** The process is given back; a worker starts the run again when somebody resumes it. */
  #suspend({ message, details }: Suspension): FlowOutcome {
    const state = this.#accept(this.#make('PAUSED', { name: 'Suspended', message, details }), true)
    this.#log('info', `suspended: ${message}`)
    return { record: this.#record, state, ending: 'released', value: undefined, error: undefined }
  }

  /** At the end of an attempt that went well: what was finished before and not asked for again is told, or with 'strict' an error. */
  #judgeLeftOver(judgement: Judgement): Judgement {
    const work = this.#work
    if (!work || judgement.type !== 'COMPLETED') return judgement
    const names = work.leftOver()
    if (names.length === 0) return judgement
    if (work.mode !== 'strict') {
      this.#log('warn', `finished in an earlier attempt and not asked for again: ${describeTaskRuns(names)}`)
      return judgement
    }
    const error = new DurableMismatch(this.#flow.name, names)
    return { type: 'FAILED', name: undefined, message: summarizeError(error), value: undefined, error }
  }

  #openScope(signal: AbortSignal): FlowRunScope {
    const logPrints = this.#flow.logPrints ?? this.#start.parent?.logPrints ?? false
    if (logPrints) capturePrints()
    return new FlowRunScope({
      record: this.#record,
      about: this.#start.about,
      session: this.#session,
      signal,
      slots: new Slots(this.#flow.runner.concurrency),
      logPrints,
      results: resolveResults(this.#flow.results ?? (this.#durable && !this.#start.parent ? true : undefined), this.#start.parent?.results ?? null),
      parameters: this.#start.parameters,
      calls: this.#calls,
      pauses: this.#pauses,
      within: null,
      durable: this.#durable,
      retryAfter: this.#start.parent ? this.#start.parent.scope.retryAfter : retryAfterLoss(this.#flow, this.#start.retries, this.#record.runCount),
      above: this.#start.parent?.scope ?? null,
    })
  }

  #inScope<T>(flowRun: FlowRunScope, work: () => T): T {
    return runScopes.run({ flowRun, taskRun: null, signal: flowRun.signal, slot: null }, work)
  }

  /** Runs the function and everything it starts; the judgement, or how it was aborted. */
  async #judgeAttempt(scope: FlowRunScope, parameters: unknown, what: string): Promise<Judged> {
    const context: FlowContext = { signal: scope.signal, attempt: this.#record.runCount, flowRunId: this.#record.id, flowRunName: this.#record.name }
    const work = async (): Promise<Judgement | Suspension> => {
      try {
        const body = this.#inScope(scope, () => this.#flow.fn(parameters as never, context))
        const returned = this.#start.parent === null && this.#durable ? await Promise.race([body, this.#pauses.suspended]) : await body
        if (returned instanceof Suspension) {
          // What runs comes to its end, so that it is not run again.
          await scope.allEnded()
          return returned
        }
        const judgement = await this.#inScope(scope, () => judgeResult(returned, what))
        await scope.allEnded()
        const isKept = !this.#durable || this.#start.parent !== null || this.#flow.results !== undefined
        return await keepResult(isKept ? scope.results : null, judgement, { flowRunId: this.#record.id, taskRunId: null })
      } catch (error) {
        scope.closing = true
        await scope.allEnded()
        return { type: 'FAILED', name: undefined, message: summarizeError(error), value: undefined, error }
      }
    }
    const settled: Settled = await awaitOrAbandon(
      work(),
      scope.signal,
      (reason) => graceAfterAbort(reason) + FOR_EACH_LEVEL * (1 + scope.levelsBelow),
      (listener) => scope.onAbort(listener),
    )
    if (settled.kind === 'aborted') return { aborted: settled.reason, abandoned: settled.abandoned }
    if (settled.kind === 'threw') throw settled.error
    return settled.value instanceof Suspension ? { suspended: settled.value } : { judgement: settled.value as Judgement }
  }

  /** A failed attempt: final, or a wait for the next one (null), or released. */
  async #fail({ name, message, value, error }: Judgement): Promise<FlowOutcome | null> {
    const failed = this.#make('FAILED', { name, message, details: { error: describeError(error) } })
    const asked = { flow: this.#flow, policy: this.#start.retries, record: this.#record, mayRelease: this.#session.mayRelease }
    const { state, attempts } = await judgeFailure(asked, failed, error, (problem) => this.#log('warn', problem))
    // A state says its error in one line, the log in all of them.
    const isItsError = message === null || message === summarizeError(error)
    if (state.type !== 'SCHEDULED') {
      this.#log('error', `failed: ${isItsError ? tellFailure(error) : message}`)
      return this.#end({ state: this.#accept(state, false), value, error })
    }
    const wait = Math.max(0, (state.details.scheduledTime ?? 0) - state.timestamp)
    const release = wait > TIMINGS.retryInProcess && this.#session.mayRelease && this.#start.parent === null
    this.#accept(state, release)
    this.#log(
      'warn',
      `attempt ${this.#record.runCount} of ${attempts} failed: ${isItsError ? tellError(error) : message}; again ${wait === 0 ? 'at once' : `in ${formatDuration(wait)}`}`,
    )
    if (release) return { record: this.#record, state, ending: 'released', value: undefined, error }
    // Without a wait the next RUNNING travels in the same report: the record never sees the run without its runner.
    this.#waited = wait > 0
    if (wait > 0) await waitOut(wait, this.#session.signal).catch(() => {})
    return null
  }

  /** The session (or the calling flow) asked to stop. */
  async #endAborted(reason: unknown, abandoned: boolean): Promise<FlowOutcome> {
    const error = reason instanceof Error ? reason : new RunCancelled()
    if (reason instanceof RunStopped)
      return { record: this.#record, state: this.#record.state ?? this.#make('PENDING', {}), ending: 'stopped', value: undefined, error }
    const left = sayAbandoned(abandoned)
    this.#log('warn', `stopped: ${messageOf(reason)}${left}`)
    const type = reason instanceof RunTerminated ? 'CRASHED' : 'CANCELLED'
    const details: StateDetails = type === 'CRASHED' ? { cause: 'exit' } : {}
    const state = this.#enter(type, { message: `${messageOf(reason)}${left}`, details })
    return this.#end({ state, value: undefined, error })
  }

  /** It has ended so, elsewhere. */
  end(state: State): Promise<FlowOutcome> {
    return this.#end({ state, value: undefined, error: undefined })
  }

  /** Hooks of the final state, in order, after it was recorded. */
  async #end(outcome: Pick<FlowOutcome, 'state' | 'value' | 'error'>): Promise<FlowOutcome> {
    const { state } = outcome
    const hook = { COMPLETED: 'onCompletion', FAILED: 'onFailure', CANCELLED: 'onCancellation', CRASHED: 'onCrashed' } as const
    const kind = hook[state.type as keyof typeof hook]
    if (this.#start.parent === null) this.#session.onHooks?.()
    const scope = this.#openScope(this.#session.signal)
    scope.ended = true
    await this.#inScope(scope, () => runHooks(this.#flow.hooks, kind, this.#record, state, (message) => this.#log('error', message)))
    return { ...outcome, record: this.#record, ending: 'final' }
  }

  #make(type: StateType, { name, message, details }: { name?: string | undefined; message?: string | null; details?: StateDetails }): State {
    return makeState({
      id: newId(),
      type,
      timestamp: nowAfter(this.#record.state?.timestamp),
      name,
      message: message ?? null,
      details: details ?? {},
    })
  }

  #enter(type: StateType, init: { name?: string | undefined; message?: string | null; details?: StateDetails }): State {
    return this.#accept(this.#make(type, init), false)
  }

  #accept(state: State, release: boolean): State {
    if (state.type === 'RUNNING') this.#record.runCount++
    this.#record.state = state
    this.#session.recorder.flowRunState(this.#record, state, release)
    if (state.type === 'RUNNING') {
      const { name, version } = this.#flow
      const first = `flow "${name}" begins${version === null ? '' : `, version ${version}`}`
      this.#log('info', state.name === 'Retrying' ? `attempt ${this.#record.runCount} begins` : first)
    }
    if (state.type === 'COMPLETED')
      this.#log('info', `${state.name.toLowerCase()} in ${formatDuration(now() - this.#begun)}${state.message ? `: ${state.message}` : ''}`)
    return state
  }

  /** A pause of the run begins or ends; what the record did itself is not told again. */
  #turn(state: State, tell: boolean): void {
    this.#record.state = state
    if (tell) this.#session.recorder.flowRunState(this.#record, state, false)
    this.#log('info', state.type === 'PAUSED' ? `paused: ${state.message}` : (state.message ?? 'resumed'))
  }

  #log(level: 'info' | 'warn' | 'error', message: string): void {
    const scope = { flowRun: { session: this.#session, record: this.#record } as FlowRunScope, taskRun: null }
    writeLog(scope, level, message, undefined, 'weir')
  }
}

/** Reads what earlier attempts have finished. The failure when that cannot be known: to run without it could repeat it. */
async function recall(work: FinishedWork, signal: AbortSignal, isLast: boolean): Promise<Judgement | null> {
  try {
    await work.begin(signal, isLast)
    return null
  } catch (error) {
    return { type: 'FAILED', name: undefined, message: summarizeError(error), value: undefined, error }
  }
}
