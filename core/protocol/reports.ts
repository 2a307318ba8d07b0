/**
 * Report batches: POST /reports, from workers (for all their runners) and from runners that own their connection.
 * One batch per run is in flight; n must be last + 1; what was acknowledged is stored.
 */
import type { EventContent } from '../events/event.ts'
import type { Instant } from '../instant.ts'
import type { JsonObject, JsonValue } from '../json-value.ts'
import type { State } from '../states.ts'

export interface ReportRequest {
  protocol: number
  /** Stamped anew on every send; it tells how far the sender's clock is off (see state-clock.ts). */
  sentAt: Instant
  /** The worker's session, when a worker sends. Renews it. */
  sessionId: string | null
  reports: RunReport[]
  /** The holder's own facts about its runs: they carry the epoch but no n, and never overwrite a final state. */
  holderFacts: HolderFact[]
}

export interface RunReport {
  flowRunId: string
  epoch: number
  /** 1, 2, 3 … within the epoch. */
  n: number
  /** Id of the run's state that the runner saw last. */
  stateId: string
  /** The run's own credential; needed when the request's key is not the worker that holds the run. */
  runToken: string
  /** Present on the first report of a run that started without the API (a script): creates it, `on conflict do nothing`. */
  creation?: RunCreation
  facts: Fact[]
}

export interface RunCreation {
  flowName: string
  /** What the flow says of itself; left out when it says nothing. */
  flowVersion?: string
  name: string
  parameters: JsonObject
  tags: string[]
  createdAt: Instant
}

export type Fact = FlowRunStateFact | TaskRunFact | LogFact | ArtifactFact | EventFact | ChildFlowRunFact

/** A new state of the run itself. `release` ends the lease with it (a retry that waits longer than `retryInProcess`, a suspension). */
export interface FlowRunStateFact {
  kind: 'flow-run-state'
  state: State
  runCount: number
  release?: boolean
  /** What the run is called from now on: its flow makes the names of its runs (`runName`). */
  name?: string
}

/** A task run as it stands: one row, folded by the runner. The latest fact wins (order is by (epoch, n), then position). */
export interface TaskRunFact {
  kind: 'task-run'
  taskRunId: string
  /** The flow run it belongs to: the report's run, or a child run of the same process. */
  flowRunId: string
  name: string
  taskKey: string
  /** n-th among equal calls, or the author's key. */
  dynamicKey: string
  tags: string[]
  runCount: number
  /** Whole history, oldest first; the last one is the present state. Stacks only in the last one. */
  states: State[]
  /** First RUNNING, end of the final state. */
  startTime: Instant | null
  endTime: Instant | null
  /** Milliseconds in RUNNING. */
  runTime: number
  /** Ids of the task runs whose results came in. */
  upstream: string[]
  /** Enclosing task run, if a task called a task. */
  parentTaskRunId: string | null
  /** The child flow run this task run stands for. */
  childFlowRunId?: string
  cacheKey?: string
}

/** Log lines of one run: one row in the record. */
export interface LogFact {
  kind: 'logs'
  flowRunId: string
  lines: LogLine[]
}

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

export interface LogLine {
  time: Instant
  level: LogLevel
  /** At most 64 KiB; longer text is cut and says so. */
  message: string
  taskRunId?: string
  /** `logger().info('loaded', { rows })`. */
  fields?: JsonObject
  /** Where it came from: the logger (default), captured output. */
  source?: 'stdout' | 'stderr' | 'weir'
}

export interface ArtifactFact {
  kind: 'artifact'
  artifactId: string
  flowRunId: string
  taskRunId: string | null
  /** `[a-z0-9-]+`, or null. */
  key: string | null
  type: 'markdown' | 'table' | 'link' | 'image' | 'progress'
  description: string | null
  /** At most 512 KiB as JSON. */
  data: JsonValue
  time: Instant
}

/** An event that the run has emitted. The record adds the run itself, its flow and its deployment to what it is related to. */
export interface EventFact extends EventContent {
  kind: 'event'
  eventId: string
  flowRunId: string
  taskRunId: string | null
  /** As the author said, by whichever clock; null = when it was emitted. */
  occurred: Instant | null
  /** When it was emitted, by the runner's clock. */
  time: Instant
}

/** A subflow in the same process: no lease of its own, it reports in its root's sequence and ends CRASHED with it. */
export interface ChildFlowRunFact {
  kind: 'child-flow-run'
  flowRunId: string
  parentFlowRunId: string
  parentTaskRunId: string | null
  flowName: string
  name: string
  parameters: JsonObject
  tags: string[]
  runCount: number
  createdAt: Instant
  /** States since the last fact of this child, oldest first. */
  states: State[]
}

export type HolderFact =
  | { kind: 'submitted'; flowRunId: string; epoch: number; infrastructureId: string }
  /**
   * The runner's process has ended. `code` 0 finished and delivered, 75 finished with a spool left, others crash the run. Said after the run's last report.
   * `timedOut`: it was ended because its code computed past a time limit and heard nothing, so its attempt has failed.
   */
  | {
      kind: 'exited'
      flowRunId: string
      epoch: number
      code: number | null
      signal: string | null
      stderr: string
      reason: string | null
      timedOut?: TimedOutFact
    }
  /** The holder killed it after the grace of a cancellation. */
  | { kind: 'killed'; flowRunId: string; epoch: number }
  /**
   * What the process printed itself (stdout, stderr, its children's too), captured by the worker. Beside the runner's numbered log facts;
   * `chunkId` is the chunk's key, so that a chunk sent twice is stored once.
   */
  | { kind: 'output'; flowRunId: string; epoch: number; chunkId: string; lines: LogLine[] }
  /** Said by a runner with its run token: its worker is gone. */
  | { kind: 'worker-gone'; flowRunId: string; epoch: number }

/**
 * An attempt that was ended with its process because a time limit had passed and nobody heard of it. `retryAfter`: milliseconds until the next attempt of the
 * flow; null = it was the last. `part`: the limit was that of a task or subflow of the run, which stands last here, as its process knew it, behind the subflows
 * around it; left out = it was the run's own.
 */
export interface TimedOutFact {
  message: string
  retryAfter: number | null
  part?: TimedOutPart[]
}

export type TimedOutPart = TaskRunFact | ChildFlowRunFact

export type Directive =
  | { kind: 'cancel' }
  /** Your epoch is over or your run is gone: end without reporting. */
  | { kind: 'stop'; reason: string }
  /** Somebody watches until then: send every 100 ms. */
  | { kind: 'watch'; until: Instant }
  /** Send nothing for so many milliseconds. */
  | { kind: 'back-off'; delay: number }
  /** The pause with this state is over: the run is RUNNING again in the record, and its answer can be read. */
  | { kind: 'resume'; pause: string }
  /** `by` has asked for the process: suspend where the flow's function starts something next. `state`: the RUNNING state that says so; the same one may be told twice. */
  | { kind: 'suspend'; state: string; by: string }

export interface ReportAnswer {
  serverTime: Instant
  /** `sentAt` of the request: fences count from it. */
  answers: Instant
  runs: RunAnswer[]
}

export interface RunAnswer {
  flowRunId: string
  epoch: number
  /** Everything up to and including this n is stored. */
  acknowledged: number
  /** The record's present state of the run, to be named by the next report. Null when the run is unknown. */
  stateId: string | null
  stateType: string | null
  fence: number
  /** A fresh run token, when the old one is past half of its life. */
  runToken?: string
  directives: Directive[]
  /** This report was refused for good (unknown run, malformed fact): its code and what is wrong. It counts as acknowledged so that the sequence goes on. */
  refused?: { code: string; message: string }
}

/** Body of every error answer of /reports, /connect and /concurrency. By `requestId` it is told from the errors of others on the way. */
export interface ProtocolError {
  error: { code: string; message: string; hint?: string; requestId: string }
}
