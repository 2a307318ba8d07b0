/**
 * `weirflow/testing`: run a flow in a test, without a control plane, and look at everything it did.
 *
 *     const run = await runFlow(etl, { day: '2026-01-01' })
 *     expect(run.state.type).toBe('COMPLETED')
 */
import './bin/require-node.mjs'
import { newId } from '../core/ids.ts'
import type { ArtifactFact, EventFact, LogLine } from '../core/protocol/reports.ts'
import { makeState, type State } from '../core/states.ts'
import { nowAfter } from './engine/clock.ts'
import { beginRun } from './engine/flow-start.ts'
import type { Session } from './engine/flow-run-scope.ts'
import type { FlowRunRecord } from './engine/recorder.ts'
import type { TaskRunRecord } from './engine/task-run-record.ts'
import { RunCancelled, UsageError } from './errors.ts'
import { type Answerer, AnswersInMemory } from './pauses/answers-in-memory.ts'
import { flowHandle } from './engine/flow-handle.ts'
import type { Flow } from './flow.ts'
import { type RuntimeValues, withRuntime } from './runtime.ts'
import type { Resolved } from './future-types.ts'

export type { RecordedFlowRun, RecordedState, RecordedTaskRun } from './testing/read-flow-run.ts'
export { startTestServer, type TestServer, withTestServer } from './testing/with-test-server.ts'
export { type RuntimeValues, withRuntime } from './runtime.ts'
export { type FakeClock, type FakeClockOptions, fakeClock } from './testing/fake-clock.ts'

/** A task run of the tested flow (or of one of its subflows). */
export interface TestedTaskRun {
  /** UUID. */
  id: string
  /** `load-3`, or what `runName` says. */
  name: string
  /** Name of its task. */
  taskName: string
  /** Those of what was run, and of the code around its call. */
  tags: readonly string[]
  /** The tested flow's run, or a subflow's. */
  flowRunId: string
  /** The last one. */
  state: State
  /** All of them, oldest first. */
  states: readonly State[]
  /** How many have begun; 0 for one that was cached or never started. */
  attempts: number
  /** Ids of the task runs whose futures it was given. */
  upstream: readonly string[]
  /** The task run that called it; null for one that the flow called. */
  parentTaskRunId: string | null
}

/** A subflow's run. */
export interface TestedFlowRun {
  /** UUID. */
  id: string
  /** `brave-otter`, or what `runName` says. */
  name: string
  /** Name of its flow. */
  flowName: string
  /** Those of what was run, and of the code around its call. */
  tags: readonly string[]
  /** The run that called it. */
  parentFlowRunId: string | null
  /** All of them, oldest first. */
  states: readonly State[]
}

/** What one run did, all of it in memory. */
export interface TestedRun<T> {
  /** UUID. */
  id: string
  /** `brave-otter`, or what `runName` says. */
  name: string
  /** Those of what was run, and of the code around its call. */
  tags: readonly string[]
  /** The final one. */
  state: State
  /** All states of the run, in order. */
  states: readonly State[]
  /** Undefined unless it completed. */
  value: T | undefined
  /** What a caller would have been thrown. */
  error: unknown
  /** Those of its subflows, too, in the order in which they were made. */
  taskRuns: readonly TestedTaskRun[]
  /** Runs of the flows that it called, and of those that they called. */
  subflows: readonly TestedFlowRun[]
  /** In the order in which they were said; debug lines only when asked for. */
  logs: readonly (LogLine & { flowRunId: string })[]
  /** Every version of each, in order. */
  artifacts: readonly ArtifactFact[]
  /** What it has told to have happened, its subflows' too. */
  events: readonly EventFact[]
}

/** How a test runs a flow. */
export interface RunFlowOptions {
  /** Aborting it cancels the run. */
  signal?: AbortSignal
  /** Keep debug lines, too. */
  debug?: boolean
  /** What `runtime` says during the run, where it differs. */
  runtime?: RuntimeValues
  /** Answers the pauses of the run. Without it `pause()` is refused. */
  answer?: Answerer
}

/** Runs the flow to its end; never throws for what the flow does. */
export async function runFlow<Input, Output, Result>(
  flow: Flow<Input, Output, Result>,
  parameters?: Input,
  { signal, debug = false, answer, runtime = {} }: RunFlowOptions = {},
): Promise<TestedRun<Resolved<Awaited<Result>>>> {
  const handle = flowHandle(flow)
  if (!handle) throw new UsageError('runFlow needs a flow as its first argument')
  const taskRuns = new Map<string, TaskRunRecord>()
  const flowRuns = new Map<string, { record: FlowRunRecord; states: State[] }>()
  const logs: (LogLine & { flowRunId: string })[] = []
  const artifacts: ArtifactFact[] = []
  const events: EventFact[] = []
  const controller = new AbortController()
  if (signal) {
    const cancel = () => controller.abort(new RunCancelled())
    if (signal.aborted) cancel()
    else signal.addEventListener('abort', cancel, { once: true })
  }
  const resumption = answer ? new AnswersInMemory(answer) : null
  const id = newId()
  // The record does this by itself, so the run does not tell it.
  resumption?.onResume((pause) => {
    const states = flowRuns.get(id)?.states
    states?.push(makeState({ id: newId(), type: 'RUNNING', timestamp: nowAfter(states.at(-1)?.timestamp), details: { resumes: pause } }))
  })
  const session: Session = {
    recorder: {
      flowRunState(record, state) {
        const known = flowRuns.get(record.id) ?? { record, states: [] }
        known.states.push(state)
        if (state.type === 'PAUSED') resumption?.paused(state)
        flowRuns.set(record.id, known)
      },
      taskRun: (record) => void taskRuns.set(record.id, record),
      log: (flowRunId, line) => void logs.push({ ...line, flowRunId }),
      artifact: (fact) => void artifacts.push(fact),
      event: (fact) => void events.push(fact),
    },
    print: null,
    logLevel: debug ? 'debug' : 'info',
    signal: controller.signal,
    mayRelease: false,
    permission: null,
    onStart: null,
    controlPlane: null,
    resumption,
  }
  const about = { url: null, deployment: null, deploymentVersion: null, scheduledTime: null, jobVariables: {}, parentFlowRunId: null }
  const outcome = await withRuntime(runtime, () => handle.start(beginRun({ session, about, parameters, id })))
  const { record, state, value, error } = outcome
  return {
    id: record.id,
    name: record.name,
    tags: record.tags,
    state,
    states: flowRuns.get(record.id)?.states ?? [],
    value: value as Resolved<Awaited<Result>> | undefined,
    error,
    taskRuns: [...taskRuns.values()].map((run) => ({
      id: run.id,
      name: run.name,
      taskName: run.taskKey,
      tags: run.tags,
      flowRunId: run.flowRunId,
      state: run.state,
      states: run.states,
      attempts: run.runCount,
      upstream: run.upstream,
      parentTaskRunId: run.parentTaskRunId,
    })),
    subflows: [...flowRuns.values()]
      .filter((run) => run.record.id !== record.id)
      .map((run) => ({
        id: run.record.id,
        name: run.record.name,
        flowName: run.record.flowName,
        tags: run.record.tags,
        parentFlowRunId: run.record.parentFlowRunId,
        states: run.states,
      })),
    logs,
    artifacts,
    events,
  }
}
