import { pass, reject, type Rule, type TaskRunTransition } from '../transition.ts'

/** A task run that had ended and begins again, because its flow run does, is called `Retrying`, too. */
export const nameReruns: Rule<TaskRunTransition> = {
  name: 'name-reruns',
  from: ['FAILED', 'CANCELLED', 'CRASHED'],
  to: ['RUNNING'],
  decide: ({ proposed }) => (proposed.name === 'Running' ? reject({ ...proposed, name: 'Retrying' }, 'it is tried again') : pass()),
}
