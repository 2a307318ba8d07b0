/** What a process and its task threads say to each other. Everything here is structured-cloned. */
import type { ArtifactFact, EventFact, LogLevel, LogLine } from '../../core/protocol/reports.ts'
import type { State } from '../../core/states.ts'
import type { FlowRunAbout, Print } from '../engine/flow-run-scope.ts'
import type { FlowRunRecord } from '../engine/recorder.ts'
import type { TaskOrigin } from '../engine/task-definition.ts'
import type { TaskRunRecord } from '../engine/task-run-record.ts'
import type { FinishedTaskRun } from '../durable/durable-work.ts'
import type { DescribedResults } from '../results/described-results.ts'
import type { CarriedError } from './carry-error.ts'
import type { DescribedTransaction, TransactionNews } from './thread-transaction.ts'
import type { DescribedWork, Question } from './thread-work.ts'

/** The fields of a task run, without its class. */
export type TaskRunFields = Omit<TaskRunRecord, 'enter' | 'toFact' | 'state'>

/** One attempt of one task. */
export interface CallMessage {
  type: 'call'
  /** Of the task's origin. */
  key: string
  args: readonly unknown[]
  taskRun: TaskRunFields
  /** What `tags` around the call said. */
  tagsAround: readonly string[]
  /** Locks of serializable tasks and transactions around the call, by their ids, with who has them. */
  locksAround: ReadonlyMap<string, string>
  flowRun: {
    record: FlowRunRecord
    about: FlowRunAbout
    logPrints: boolean
    logLevel: LogLevel
    /** Somebody reads the terminal. */
    prints: boolean
    /** Where the run's code may ask for runs of deployments; null = nowhere. */
    apiUrl: string | null
    credential: string | null
    /** Null = not stored. */
    results: DescribedResults | null
    /** Null when the run is not durable. */
    durable: (DescribedWork & { key: string; within: string | null }) | null
    /** The one around the call; null = none. */
    transaction: DescribedTransaction | null
  }
}

export type MessageToThread =
  /** Import the task's module; answered by `loaded`. */
  | { type: 'load'; origin: TaskOrigin; taskName: string }
  | CallMessage
  | { type: 'abort'; reason: CarriedError }
  | { type: 'credential'; credential: string | null }
  | { type: 'answer'; id: number; value: unknown }

export type MessageFromThread =
  | { type: 'loaded'; error: CarriedError | null }
  /** It has heard of the abort: its event loop turns. */
  | { type: 'aborting' }
  | { type: 'returned'; value: unknown }
  /** It returned a state. */
  | { type: 'state'; state: { type: 'COMPLETED' | 'FAILED' | 'CANCELLED'; name: string; message: string | null; data: unknown } }
  | { type: 'threw'; error: CarriedError }
  /** What is recorded of tasks and subflows that run in the thread. */
  | { type: 'task-run'; fields: TaskRunFields }
  | { type: 'flow-run-state'; record: FlowRunRecord; state: State }
  | { type: 'log'; flowRunId: string; line: LogLine }
  | { type: 'artifact'; fact: ArtifactFact }
  | { type: 'event'; fact: EventFact }
  | { type: 'print'; line: Parameters<Print>[0] }
  /** Secrets that the thread knows, all so far. */
  | { type: 'hide'; values: readonly string[] }
  | { type: 'renew' }
  /** About finished work of a durable run; answered by `answer`. */
  | { type: 'ask'; id: number; question: Question }
  /** A call of a durable run has finished. */
  | { type: 'finished'; key: string; finished: FinishedTaskRun }
  | TransactionNews
  /** Slots of named limits: about to be asked for, or given back. Heard also between two calls. */
  | { type: 'lease'; id: string; isOver: boolean }
