import { mayRetry, retryDelay } from '../../retry-policy.ts'
import { makeState } from '../../states.ts'
import { type FlowRunTransition, pass, reject, type Rule } from '../transition.ts'

/** A failed attempt with attempts left waits for the next one instead. Crashes are not failures: see `retryOnCrash` in leases.ts. */
export const retryFailedFlow: Rule<FlowRunTransition> = {
  name: 'retry-failed-flow',
  from: ['RUNNING'],
  to: ['FAILED'],
  decide: ({ run, proposed, now, random, newId }) => {
    const { retries } = run.policy
    if (!mayRetry(retries, run.runCount)) return pass()
    const scheduledTime = now + retryDelay(retries, run.runCount, random)
    const message = `Attempt ${run.runCount} of ${retries.count + 1} failed${proposed.message ? `: ${proposed.message}` : ''}`
    const { error } = proposed.details
    const details = error ? { scheduledTime, error } : { scheduledTime }
    return reject(
      makeState({ id: newId(), type: 'SCHEDULED', name: 'AwaitingRetry', timestamp: proposed.timestamp, message, details }),
      'it will be tried again',
    )
  },
}
