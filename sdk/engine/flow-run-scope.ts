/** One attempt of one flow run while it goes on: what its tasks share. A retry gets a new scope around the same record. */
import type { ChildFlowRunFact, LogLevel, TimedOutPart } from '../../core/protocol/reports.ts'
import type { JsonObject } from '../../core/json-value.ts'
import type { State } from '../../core/states.ts'
import type { ControlPlane } from '../client/control-plane.ts'
import type { DurablePlace } from '../durable/durable-work.ts'
import type { LoadKnownWork } from '../durable/finished-work.ts'
import type { Pauses } from '../pauses/pauses.ts'
import type { Resumption } from '../pauses/resumption.ts'
import type { ResultSettings } from '../results/result-settings.ts'
import { childFlowRunFact, type FlowRunRecord, type Recorder } from './recorder.ts'
import type { Slots } from './slots.ts'
import type { TaskPlace } from './task-place.ts'

/** Shows one log line to whoever sits at the terminal. */
export type Print = (line: {
  level: LogLevel
  message: string
  fields: JsonObject | undefined
  flowRun: string | null
  taskRun: string | null
  own: boolean
}) => void

/** What a run knows of its surroundings and never changes. */
export interface FlowRunAbout {
  url: string | null
  /** `flow/deployment`. */
  deployment: string | null
  /** Of the deployment: 1 for what was saved first. */
  deploymentVersion: number | null
  scheduledTime: Date | null
  /** Of its pool, its deployment and itself, with what they refer to; empty without a deployment. */
  jobVariables: JsonObject
  /** The run of another process that has made this one as its child. */
  parentFlowRunId: string | null
}

/** A time limit of one attempt. */
export interface TimeLimit {
  /** `flow run x`, `task run y`. */
  what: string
  length: number
  /** Milliseconds until the next attempt of the outermost flow, should this one have to be ended for it; null = it is the last. */
  retryAfter: number | null
  /** Whose it is, as the record is to be told of it, behind the subflows around it; null = the run's own. */
  part: (() => TimedOutPart[]) | null
}

/** What whoever starts a flow supplies: the script starter, the runner process, `weirflow/testing`, or the parent of a subflow. */
export interface Session {
  recorder: Recorder
  print: Print | null
  /** Lines below it are neither recorded nor shown. */
  logLevel: LogLevel
  /** Aborted with `RunCancelled` or `RunStopped`. */
  signal: AbortSignal
  /** Whether a wait that is longer than `retryInProcess` may end this process, because somebody will start the run again. */
  mayRelease: boolean
  /**
   * Waits for the permission to run user code, given the RUNNING state that was recorded and whether it comes after a wait; null = none is needed.
   * A permission that is refused aborts `signal`.
   */
  permission: ((running: State, waited: boolean) => Promise<void>) | null
  /** User code is about to start. */
  onStart: (() => void) | null
  /** The run is over and its hooks begin here: nobody else is to run them. */
  onHooks?: (() => void) | null
  /**
   * A time limit begins; answers what to call when it is over or has been seen to pass. Somebody outside of the event loop then ends what computes past it
   * without a pause.
   */
  onLimit?: ((limit: TimeLimit) => () => void) | null
  /** Whom the run's code may ask for runs of deployments, with its own credential; null = nobody. */
  controlPlane: ControlPlane | null
  /** How the run can pause; absent = nobody could resume it. */
  resumption?: Resumption | null
  /** What a run that starts again has finished before; absent = it starts for the first time. */
  loadKnownWork?: LoadKnownWork | null
}

/** Found by tasks, loggers and subflows through `runScopes`. `ended`: nothing more may start in it. */
export class FlowRunScope {
  readonly record: FlowRunRecord
  readonly about: FlowRunAbout
  readonly session: Session
  readonly signal: AbortSignal
  readonly slots: Slots
  /** Where submitted tasks run; null = here. */
  place: TaskPlace | null = null
  readonly logPrints: boolean
  /** Where results of this flow and its tasks are stored; null = they are not. */
  readonly results: ResultSettings | null
  /** As they were given. */
  readonly parameters: unknown
  /** How often each task has been called in this run, over all its attempts. */
  readonly calls: Map<string, number>
  /** Null = the run is not durable. */
  readonly durable: DurablePlace | null
  /** Those of the outermost flow of the process. */
  readonly pauses: Pauses
  /** In a thread: the task run whose calls these are, for another thread counts the same way. */
  readonly within: string | null
  /** Milliseconds until the next attempt of the outermost flow, should this one have to be ended with its process; null = there is none. */
  readonly retryAfter: number | null
  /** Task runs and subflows that have not ended. */
  readonly active = new Set<Promise<unknown>>()
  /** The function threw: what has not started will not. */
  closing = false
  /** The attempt is over; nothing of it starts any more. */
  ended = false
  /** Of the run that called it as a subflow, in this thread. */
  readonly #above: FlowRunScope | null
  #levelsBelow = 0
  readonly #onAbort = new Set<() => void>()

  constructor(
    init: Pick<
      FlowRunScope,
      | 'record'
      | 'about'
      | 'session'
      | 'signal'
      | 'slots'
      | 'logPrints'
      | 'results'
      | 'parameters'
      | 'calls'
      | 'pauses'
      | 'durable'
      | 'within'
      | 'retryAfter'
    > & { above: FlowRunScope | null },
  ) {
    this.record = init.record
    this.about = init.about
    this.session = init.session
    this.signal = init.signal
    this.slots = init.slots
    this.logPrints = init.logPrints
    this.results = init.results
    this.parameters = init.parameters
    this.calls = init.calls
    this.pauses = init.pauses
    this.within = init.within
    this.retryAfter = init.retryAfter
    this.durable = init.durable
    this.#above = init.above
    this.#above?.deepen(1)
    // One listener for all tasks: ten thousand on one signal cost more than the tasks.
    this.signal.addEventListener('abort', () => {
      for (const listener of [...this.#onAbort]) listener()
    })
  }

  /** The subflows that this run is within, and itself if it is one, the outermost first. Their parameters are left out: they are as large as anybody likes. */
  subflows(): ChildFlowRunFact[] {
    if (this.record.parentFlowRunId === null) return []
    const { record } = this
    return [...(this.#above?.subflows() ?? []), { ...childFlowRunFact(record, record.state ? [record.state] : []), parameters: {} }]
  }

  /** How many levels of subflows were started below this run. */
  get levelsBelow(): number {
    return this.#levelsBelow
  }

  /** A subflow begins so many levels below. */
  deepen(levels: number): void {
    this.#levelsBelow = Math.max(this.#levelsBelow, levels)
    this.#above?.deepen(levels + 1)
  }

  /** Calls `listener` when this attempt is aborted; answers how to stop listening. */
  onAbort(listener: () => void): () => void {
    this.#onAbort.add(listener)
    return () => this.#onAbort.delete(listener)
  }

  /** n-th call of this task within the run, from 0; in a thread behind the name of the task run that calls: `crunch-3.0`. */
  countCall(taskKey: string): string {
    const count = this.calls.get(taskKey) ?? 0
    this.calls.set(taskKey, count + 1)
    return this.within === null ? String(count) : `${this.within}.${count}`
  }

  /** Keeps the attempt open until the promise settles. */
  follow(work: Promise<unknown>): void {
    const end = () => {
      this.active.delete(settled)
    }
    const settled: Promise<void> = work.then(end, end)
    this.active.add(settled)
  }

  /** All that was started has ended. */
  async allEnded(): Promise<void> {
    while (this.active.size > 0) await Promise.all(this.active)
  }
}
