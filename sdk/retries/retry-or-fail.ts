/** What follows a failed attempt of a task: another one, now or later, or the end. */
import { formatDuration } from '../../core/duration.ts'
import { sayAbandoned } from '../engine/await-or-abandon.ts'
import { describeError, summarizeError, tellError, tellFailure } from '../engine/describe-error.ts'
import type { TaskDefinition } from '../engine/task-definition.ts'
import type { TaskRunReport } from '../engine/task-run-report.ts'
import { isWorthRetrying } from './is-worth-retrying.ts'

/** One that did not come to its end, or came to a bad one. */
export interface FailedAttempt {
  error: unknown
  /** Of the state, should it be the last: `TimedOut`, or the author's own; undefined = the type's. */
  name: string | undefined
  /** Its function did not heed the abort signal. */
  abandoned: boolean
}

/** Records the failure, as core judges it. Answers for how many milliseconds to wait for the next attempt; null = there is none. */
export async function retryOrFail(task: TaskDefinition, report: TaskRunReport, { error, name, abandoned }: FailedAttempt): Promise<number | null> {
  const { record } = report
  const context = { attempt: record.runCount, error }
  const { when, policy } = task.retries
  const retriable = await isWorthRetrying({ when, count: policy.count }, context, (problem) => report.log('warn', problem))
  const left = sayAbandoned(abandoned)
  const failed = report.make('FAILED', { name, message: `${summarizeError(error)}${left}`, details: { error: describeError(error) } })
  const entered = report.propose(failed, retriable, context)
  if (entered.type === 'FAILED') {
    report.log('error', `failed${record.runCount > 1 ? ` after ${record.runCount} attempts` : ''}: ${tellFailure(error)}${left}`)
    return null
  }
  const due = entered.details.scheduledTime
  const wait = due === undefined ? 0 : Math.max(0, due - entered.timestamp)
  const attempt = record.runCount - (due === undefined ? 1 : 0)
  const again = wait === 0 ? 'at once' : `in ${formatDuration(wait)}`
  report.log('warn', `attempt ${attempt} of ${policy.count + 1} failed: ${tellError(error)}${left}; again ${again}`)
  return wait
}
