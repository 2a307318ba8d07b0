import { pass, type Rule, type Transition, wait } from '../transition.ts'

/** Starting early is not an error: the one who asks is told how long to wait. */
export const waitForScheduledTime: Rule<Transition> = {
  name: 'wait-for-scheduled-time',
  from: ['SCHEDULED', 'PENDING'],
  to: ['RUNNING'],
  decide: ({ current, now }) => {
    const due = current?.details.scheduledTime ?? now
    return due > now ? wait(due, 'scheduled for later') : pass()
  },
}
