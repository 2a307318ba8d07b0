/** What an author chooses a flow's submitted tasks to run by: how many at once, and where. */
import type { FlowRunScope } from './flow-run-scope.ts'
import type { TaskPlace } from './task-place.ts'

/** Made by `asyncRunner`, `threadRunner` or `poolRunner`, given to a flow as its option `runner`. */
export interface TaskRunner {
  /** Which of the three it is. */
  readonly kind: 'async' | 'threads' | 'pool'
  /** Submitted tasks that run at the same time; the others wait as PENDING. */
  readonly concurrency: number
  /** Left out = in this process, as promises. */
  readonly open?: (flowRun: FlowRunScope) => TaskPlace
  /** A flow with this runner has been deployed: makes known elsewhere what its runs will need there. Left out = nothing. */
  readonly afterDeploy?: () => Promise<void>
}
