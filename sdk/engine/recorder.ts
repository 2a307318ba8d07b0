/** Who is told what happens in a run. Engines call it and never wait for it; where it goes (API, memory, nowhere) is the caller's choice. */
import type { Instant } from '../../core/instant.ts'
import type { JsonObject } from '../../core/json-value.ts'
import type { ArtifactFact, ChildFlowRunFact, EventFact, LogLine } from '../../core/protocol/reports.ts'
import type { State } from '../../core/states.ts'
import type { TaskRunRecord } from './task-run-record.ts'

/** One flow run as the runner knows it. */
export interface FlowRunRecord {
  readonly id: string
  /** The run whose sequence of reports this one is part of: its own id, or that of the outermost flow of the process. */
  readonly rootFlowRunId: string
  readonly parentFlowRunId: string | null
  readonly parentTaskRunId: string | null
  readonly flowName: string
  /** What the flow says of itself; null when it says nothing, or is not loaded yet. */
  readonly flowVersion: string | null
  name: string
  /** As they were given, before validation; what cannot be JSON is shown as text. */
  readonly parameters: JsonObject
  readonly tags: string[]
  readonly createdAt: Instant
  /** How often it has been RUNNING. */
  runCount: number
  /** Null before the first one. */
  state: State | null
}

/** A subflow with the states that it has entered. */
export const childFlowRunFact = (run: FlowRunRecord, states: State[]): ChildFlowRunFact => ({
  kind: 'child-flow-run',
  flowRunId: run.id,
  parentFlowRunId: run.parentFlowRunId ?? run.rootFlowRunId,
  parentTaskRunId: run.parentTaskRunId,
  flowName: run.flowName,
  name: run.name,
  parameters: run.parameters,
  tags: run.tags,
  runCount: run.runCount,
  createdAt: run.createdAt,
  states,
})

/** Nothing is waited for, and nothing it does may throw into a run. */
export interface Recorder {
  /** `release`: the run waits for longer than this process does. */
  flowRunState(run: FlowRunRecord, state: State, release: boolean): void
  /** Called at every change of the same record. */
  taskRun(record: TaskRunRecord): void
  log(flowRunId: string, line: LogLine): void
  artifact(fact: ArtifactFact): void
  event(fact: EventFact): void
}

/** For runs that are not tracked. */
export const recordNothing: Recorder = {
  flowRunState() {},
  taskRun() {},
  log() {},
  artifact() {},
  event() {},
}
