/** An author's hooks on a task run's states: one after the other, in the order they were given. An error in one is logged and changes nothing. */
import type { State } from '../../core/states.ts'
import { runEach } from './run-hooks.ts'
import type { TaskRunRecord } from './task-run-record.ts'

/** The run that a task's hook is told about. */
export interface HookTaskRun {
  /** UUID. */
  id: string
  /** `load-3`, or what `runName` says. */
  name: string
  /** Those of the task. */
  tags: readonly string[]
  /** 1 for the first one. */
  attempt: number
  /** Null outside of flows. */
  flowRunId: string | null
}

/** The task, its run, and the state that was just recorded (`state.details.error` of a failed one). */
export type TaskHook = (task: { name: string }, taskRun: HookTaskRun, state: State) => unknown

/** Lists by kind, empty where an author gave none. */
export interface TaskHooks {
  readonly onRunning: readonly TaskHook[]
  readonly onCompletion: readonly TaskHook[]
  readonly onFailure: readonly TaskHook[]
}

const KIND_OF: Partial<Record<State['type'], keyof TaskHooks>> = { RUNNING: 'onRunning', COMPLETED: 'onCompletion', FAILED: 'onFailure' }

/** Runs the hooks that go with the present state. Never rejects: `onError` gets a sentence for each that threw. */
export async function runTaskHooks(
  task: { name: string; hooks: TaskHooks | null },
  record: TaskRunRecord,
  onError: (message: string) => void,
): Promise<void> {
  const { state } = record
  const kind = KIND_OF[state.type]
  if (kind === undefined) return
  const { id, name, tags, runCount, flowRunId } = record
  const taskRun = () => ({ id, name, tags, attempt: runCount, flowRunId: flowRunId === '' ? null : flowRunId })
  await runEach(task.hooks?.[kind] ?? [], kind, (hook) => hook({ name: task.name }, taskRun(), state), onError)
}
