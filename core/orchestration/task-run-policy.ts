import { copyScheduledTime } from './rules/copy-scheduled-time.ts'
import { nameRetries } from './rules/name-retries.ts'
import { nameReruns } from './rules/name-reruns.ts'
import { preventDuplicateTransitions } from './rules/prevent-duplicate-transitions.ts'
import { protectFinalTaskState } from './rules/protect-final-task-state.ts'
import { retryFailedTask } from './rules/retry-failed-task.ts'
import { stopTasksOfStoppedFlows } from './rules/stop-tasks-of-stopped-flows.ts'
import { waitForScheduledTime } from './rules/wait-for-scheduled-time.ts'
import type { Rule, TaskRunTransition } from './transition.ts'

/** What may become of a task run, asked in this order by the runner: task states are decided where the task runs. */
export const taskRunPolicy: readonly Rule<TaskRunTransition>[] = [
  preventDuplicateTransitions,
  protectFinalTaskState,
  stopTasksOfStoppedFlows,
  copyScheduledTime,
  waitForScheduledTime,
  retryFailedTask,
  nameRetries,
  nameReruns,
]
