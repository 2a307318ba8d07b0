/** What is told of one task run: its states, one after the other, to the recorder of its flow, and the engine's own lines to its log. */
import { newId } from '../../core/ids.ts'
import { decide } from '../../core/orchestration/decide.ts'
import { taskRunPolicy } from '../../core/orchestration/task-run-policy.ts'
import { makeState, type State, type StateDetails, type StateType } from '../../core/states.ts'
import type { FinishedTaskRun } from '../durable/durable-work.ts'
import { writeLog } from '../logger.ts'
import { policyFor, type ResolvedRetries, type RetryContext } from '../retries/retry-policy.ts'
import { nowAfter } from './clock.ts'
import type { FlowRunScope } from './flow-run-scope.ts'
import type { TaskRunRecord } from './task-run-record.ts'

/** What a state says beside its type. */
interface Told {
  /** Left out = the type's own. */
  name?: string | undefined
  message?: string | null
  details?: StateDetails
}

/** Outside of flows the record is kept, and nobody is told. */
export class TaskRunReport {
  readonly record: TaskRunRecord
  readonly #flowRun: FlowRunScope | null
  readonly #retries: ResolvedRetries

  constructor(record: TaskRunRecord, flowRun: FlowRunScope | null, retries: ResolvedRetries) {
    this.record = record
    this.#flowRun = flowRun
    this.#retries = retries
  }

  /** A state with the next instant, not entered yet. */
  make(type: StateType, { name, message, details }: Told = {}): State {
    return makeState({ id: newId(), type, timestamp: this.#next(), name, message: message ?? null, details: details ?? {} })
  }

  /** Asks core; records and answers what it made of the proposal. A wait that is over by the wall clock is over. */
  propose(proposed: State, retriable: boolean, context: RetryContext = { attempt: this.record.runCount, error: undefined }): State {
    const verdict = decide(taskRunPolicy, {
      current: this.record.state,
      proposed,
      now: Math.max(proposed.timestamp, this.record.state.details.scheduledTime ?? 0),
      random: Math.random(),
      newId,
      runCount: this.record.runCount,
      retries: proposed.type === 'FAILED' ? policyFor(this.#retries, context, (problem) => this.log('warn', problem)) : this.#retries.policy,
      retriable,
      flowRunStateType: this.#flowRun ? (this.#flowRun.record.state?.type ?? 'RUNNING') : 'RUNNING',
    })
    if (verdict.kind === 'abort' || verdict.kind === 'wait')
      return makeState({ ...proposed, type: 'CANCELLED', name: 'Cancelled', message: verdict.reason })
    this.record.enter(verdict.state)
    this.tell()
    return verdict.state
  }

  /** Records a state that is no question. */
  enter(type: StateType, told: Told = {}): void {
    this.record.enter(this.make(type, told))
    this.tell()
  }

  /** The same, kept back until `tell`. */
  enterUntold(type: StateType): void {
    this.record.enter(this.make(type))
  }

  /** It is that task run, finished by an earlier attempt: told only where the control plane does not have it so. */
  become({ taskRunId, flowRunId, name, stateName, startTime, endTime }: FinishedTaskRun, details: StateDetails): void {
    const { record } = this
    const timestamp = endTime ?? this.#next()
    const isSame = flowRunId === record.flowRunId && taskRunId !== ''
    const message = isSame && name !== '' ? null : 'An earlier attempt had finished it'
    record.states.length = 0
    record.enter(makeState({ id: newId(), type: 'COMPLETED', name: stateName, timestamp, message, details }))
    record.startTime = startTime ?? timestamp
    record.runCount = 1
    if (isSame) record.id = taskRunId
    if (name !== '') record.name = name
    if (!isSame || name === '') this.tell()
  }

  /** The record has changed. */
  tell(): void {
    this.#flowRun?.session.recorder.taskRun(this.record)
  }

  log(level: 'info' | 'warn' | 'error', message: string): void {
    writeLog({ flowRun: this.#flowRun, taskRun: this.record }, level, message, undefined, 'weir')
  }

  #next(): number {
    return nowAfter(this.record.states.at(-1)?.timestamp)
  }
}
