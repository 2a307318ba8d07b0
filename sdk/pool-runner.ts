/** Submitted tasks become runs on a work pool: for work that needs another machine. */
import type { TaskRunner } from './engine/task-runner.ts'
import { checkKeys } from './check-options.ts'
import { PoolPlace } from './background/pool-place.ts'
import { UsageError } from './errors.ts'

/** Where submitted tasks run. */
export interface PoolRunnerOptions {
  /** Name of the work pool. */
  pool: string
  /** Runs at a time that this flow run waits for; by default 100. The pool has a limit of its own. */
  concurrency?: number
}

/** What `poolRunner` gives: deploying a flow that has it makes its tasks known to the pool, too. */
export interface PoolRunner extends TaskRunner {
  /** Always `pool`. */
  readonly kind: 'pool'
  /** Name of the work pool. */
  readonly pool: string
}

/**
 * Each attempt of a task that the flow submits or maps is a child run on the pool, with a page of its own, and is cancelled with the flow. Arguments and values go
 * through the store of the task's results, which both sides have to reach. Directly called tasks run in the flow's own process.
 */
export function poolRunner(options: PoolRunnerOptions): PoolRunner {
  checkKeys(options, ['pool', 'concurrency'], 'poolRunner')
  const { pool, concurrency = 100 } = options
  if (typeof pool !== 'string' || pool === '')
    throw new UsageError(`poolRunner: pool is the name of a work pool, and is ${JSON.stringify(pool) ?? 'missing'}`)
  if (!(Number.isInteger(concurrency) && concurrency > 0))
    throw new UsageError(`poolRunner: concurrency must be a whole number above 0, and is ${String(concurrency)}`)
  return {
    kind: 'pool',
    pool,
    concurrency,
    open: (flowRun) => new PoolPlace(flowRun, pool),
    afterDeploy: async () => (await import('./background/save-task.ts')).saveTasksFor(pool),
  }
}
