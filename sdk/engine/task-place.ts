/** Where submitted tasks run when it is not here: in threads, or as runs of a work pool. The engine keeps states, retries and slots; a place runs attempts. */
import type { TaskContext, TaskDefinition } from './task-definition.ts'
import type { TaskRunRecord } from './task-run-record.ts'

/** One attempt of a task. */
export interface PlacedAttempt {
  task: TaskDefinition
  /** Futures are replaced by their values. */
  args: readonly unknown[]
  context: TaskContext
  record: TaskRunRecord
  /** In a durable run, what the call is known by in all attempts and processes; null = by nothing that lasts. */
  durableName: string | null
  /** No other attempt follows: arguments need not be kept. */
  isLast: boolean
}

/** Ready to take one attempt. */
export interface TaskSeat {
  /** What the function returned or threw. After an abort of the context's signal it settles within `graceAfterAbort` and a moment. */
  run(attempt: PlacedAttempt): Promise<unknown>
  /** It is not needed after all. */
  leave(): void
}

/** Of one attempt of one flow run. */
export interface TaskPlace {
  /** Resolves once the attempt could begin at once: what comes before does not count as its time. Rejects when the task cannot run there. */
  seat(task: TaskDefinition): Promise<TaskSeat>
  /** The place itself ends attempts that take too long. */
  readonly keepsTime: boolean
  /** Ends whatever still runs. */
  close(): void
}
