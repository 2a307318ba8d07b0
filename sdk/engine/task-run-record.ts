/** One task run as the runner knows it: a row in the making. Recorders read it when they send, so that many changes within a moment are one fact. */
import type { TaskRunFact } from '../../core/protocol/reports.ts'
import type { Instant } from '../../core/instant.ts'
import type { State } from '../../core/states.ts'
import { isFinal } from '../../core/states.ts'

/** Changed by the engine alone; `enter` adds a state. */
export class TaskRunRecord {
  /** Changed at most once, when a durable run finds that the call was finished by an earlier attempt. */
  id: string
  readonly flowRunId: string
  /** Changed once, when a task names its runs by what came in. */
  name: string
  readonly taskKey: string
  readonly dynamicKey: string
  readonly tags: string[]
  readonly parentTaskRunId: string | null
  runCount = 0
  readonly states: State[] = []
  startTime: Instant | null = null
  endTime: Instant | null = null
  runTime = 0
  upstream: string[] = []
  childFlowRunId: string | undefined = undefined
  /** Of a task run of a durable flow, once its inputs are known; what it calls is known by it. */
  durableKey: string | null = null

  constructor(init: Pick<TaskRunRecord, 'id' | 'flowRunId' | 'name' | 'taskKey' | 'dynamicKey' | 'tags' | 'parentTaskRunId'>) {
    this.id = init.id
    this.flowRunId = init.flowRunId
    this.name = init.name
    this.taskKey = init.taskKey
    this.dynamicKey = init.dynamicKey
    this.tags = init.tags
    this.parentTaskRunId = init.parentTaskRunId
  }

  /** Present state; there is one from the first moment on. */
  get state(): State {
    return this.states[this.states.length - 1] as State
  }

  /** Appends a state and keeps the times that follow from it. */
  enter(state: State): void {
    const previous = this.states[this.states.length - 1]
    if (previous?.type === 'RUNNING') this.runTime += state.timestamp - previous.timestamp
    if (state.type === 'RUNNING') {
      this.runCount++
      this.startTime ??= state.timestamp
    }
    this.endTime = isFinal(state.type) ? state.timestamp : null
    this.states.push(state)
  }

  /** The row as it stands. */
  toFact(): TaskRunFact {
    const last = this.states.length - 1
    const fact: TaskRunFact = {
      kind: 'task-run',
      taskRunId: this.id,
      flowRunId: this.flowRunId,
      name: this.name,
      taskKey: this.taskKey,
      dynamicKey: this.dynamicKey,
      tags: this.tags,
      runCount: this.runCount,
      states: this.states.map((state, index) => (index < last ? withoutStack(state) : state)),
      startTime: this.startTime,
      endTime: this.endTime,
      runTime: this.runTime,
      upstream: this.upstream,
      parentTaskRunId: this.parentTaskRunId,
    }
    if (this.childFlowRunId !== undefined) fact.childFlowRunId = this.childFlowRunId
    return fact
  }
}

function withoutStack(state: State): State {
  const { error } = state.details
  if (!error?.stack) return state
  return { ...state, details: { ...state.details, error: { name: error.name, message: error.message } } }
}
