import { pass, reject, type Rule, type TaskRunTransition } from '../transition.ts'

/** A task run that had ended and begins again, because its flow run does, is called `Retrying`, too; and so is a retry that had to wait for a slot. */
export const nameReruns: Rule<TaskRunTransition> = {
  name: 'name-reruns',
  from: ['FAILED', 'CANCELLED', 'CRASHED', 'SCHEDULED'],
  to: ['RUNNING'],
  decide: ({ current, proposed, runCount }) => {
    if (proposed.name !== 'Running') return pass()
    if (current?.type === 'SCHEDULED' && (current.name !== 'AwaitingConcurrencySlot' || runCount === 0)) return pass()
    return reject({ ...proposed, name: 'Retrying' }, 'it is tried again')
  },
}
