import { pass, reject, type Rule, type Transition } from '../transition.ts'

/** PENDING remembers when the run was due. */
export const copyScheduledTime: Rule<Transition> = {
  name: 'copy-scheduled-time',
  from: ['SCHEDULED'],
  to: ['PENDING'],
  decide: ({ current, proposed }) => {
    const scheduledTime = current?.details.scheduledTime
    if (scheduledTime === undefined || proposed.details.scheduledTime !== undefined) return pass()
    return reject({ ...proposed, details: { ...proposed.details, scheduledTime } }, 'keeps the time it was due')
  },
}
