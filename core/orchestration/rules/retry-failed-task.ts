import { mayRetry, retryDelay } from '../../retry-policy.ts'
import { makeState } from '../../states.ts'
import { pass, reject, type Rule, type TaskRunTransition } from '../transition.ts'

/** A failed attempt with attempts left: AwaitingRetry, or straight on as Retrying when there is nothing to wait for. */
export const retryFailedTask: Rule<TaskRunTransition> = {
  name: 'retry-failed-task',
  from: ['RUNNING'],
  to: ['FAILED'],
  decide: ({ runCount, retries, retriable, proposed, now, random, newId }) => {
    if (!retriable || !mayRetry(retries, runCount)) return pass()
    const delay = retryDelay(retries, runCount, random)
    const message = `Attempt ${runCount} of ${retries.count + 1} failed${proposed.message ? `: ${proposed.message}` : ''}`
    if (delay === 0)
      return reject(
        makeState({ id: newId(), type: 'RUNNING', name: 'Retrying', timestamp: proposed.timestamp, message }),
        'it is tried again at once',
      )
    const details = proposed.details.error ? { scheduledTime: now + delay, error: proposed.details.error } : { scheduledTime: now + delay }
    return reject(
      makeState({ id: newId(), type: 'SCHEDULED', name: 'AwaitingRetry', timestamp: proposed.timestamp, message, details }),
      'it will be tried again',
    )
  },
}
