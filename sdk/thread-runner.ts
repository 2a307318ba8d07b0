/** Submitted tasks run in worker threads: for work that computes. */
import { availableParallelism } from 'node:os'
import { checkKeys } from './check-options.ts'
import type { TaskRunner } from './engine/task-runner.ts'
import { UsageError } from './errors.ts'
import { ThreadPlace } from './threads/thread-place.ts'

/** How many threads a flow run may have. */
export interface ThreadRunnerOptions {
  /** Submitted tasks that run at the same time; by default as many as the machine has processors. */
  threads?: number
  /** Megabytes of heap that each thread may use. A task that needs more fails alone. By default what Node gives a process. */
  memory?: number
}

/**
 * Tasks that a flow submits or maps run in real threads: each thread loads the task's module, arguments and results are copied (structured clone, or moved
 * with `transfer`). A cancelled or timed-out task is ended even in the middle of a computation. Directly called tasks run in the flow's own thread.
 */
export function threadRunner(options: ThreadRunnerOptions = {}): TaskRunner {
  checkKeys(options, ['threads', 'memory'], 'threadRunner')
  const { threads = availableParallelism(), memory } = options
  if (!(Number.isInteger(threads) && threads > 0 && threads <= 1_024))
    throw new UsageError(`threadRunner: threads must be a whole number from 1 to 1024, and is ${String(threads)}`)
  if (memory !== undefined && !(Number.isFinite(memory) && memory >= 8))
    throw new UsageError(`threadRunner: memory is a number of megabytes, at least 8, and is ${String(memory)}`)
  return { kind: 'threads', concurrency: threads, open: (flowRun) => new ThreadPlace(flowRun, memory ?? null) }
}
