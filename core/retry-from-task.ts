/** Retrying a durable run from one of its tasks: what is used again, and what runs again. */
import type { Instant } from './instant.ts'
import type { StateType } from './states.ts'

/** One task run, as the record has it. */
export interface KeptTaskRun {
  id: string
  name: string
  taskKey: string
  stateType: StateType
  /** Its result is kept, so that it can be used again. */
  isKept: boolean
  startTime: Instant | null
  endTime: Instant | null
}

export type RetryPlan =
  | { kind: 'plan'; reused: KeptTaskRun[]; again: KeptTaskRun[] }
  /** `code`: nothing_kept, unknown_task. */
  | { kind: 'refused'; code: string; message: string; hint: string }

/**
 * What finished before the named task (all its runs, or one by its name) first began to come to its result is used again. The task itself and what finished
 * later runs again: it may have used that result. A task that never completed has given nothing to anybody, so everything that finished is used again. One
 * that is kept nowhere (a subflow, `results: false`) has given what it had.
 */
export function planRetryFromTask(taskRuns: readonly KeptTaskRun[], fromTask: string): RetryPlan {
  const kept = taskRuns.filter((taskRun) => taskRun.isKept && taskRun.stateType === 'COMPLETED')
  const named = taskRuns.filter(({ name, taskKey }) => name === fromTask || taskKey === fromTask)
  if (named.length === 0) {
    const known = [...new Set(taskRuns.map(({ taskKey }) => taskKey))].slice(0, 20)
    return {
      kind: 'refused',
      code: 'unknown_task',
      message: `no task "${fromTask}" ran in this run`,
      hint: known.length > 0 ? `Tasks that ran: ${known.join(', ')}.` : 'No task ran in it: retry it as a whole.',
    }
  }
  if (kept.length === 0)
    return {
      kind: 'refused',
      code: 'nothing_kept',
      message: 'nothing of this run was kept that could be used again',
      hint: 'Retry it as a whole. A flow that is declared with durable: true keeps the results of its tasks.',
    }
  const completed = named.filter(({ stateType }) => stateType === 'COMPLETED')
  // Beside kept ones those that are not were forgotten by an earlier retry, with all that had used them.
  const given = completed.some(({ isKept }) => isKept) ? completed.filter(({ isKept }) => isKept) : completed
  const began = Math.min(...given.map(({ startTime }) => startTime ?? Number.NEGATIVE_INFINITY))
  const isReused = (taskRun: KeptTaskRun) => !named.includes(taskRun) && (taskRun.endTime ?? Number.POSITIVE_INFINITY) <= began
  return {
    kind: 'plan',
    reused: kept.filter(isReused),
    again: [...new Set([...kept.filter((taskRun) => !isReused(taskRun)), ...named])],
  }
}
