import { pass, reject, type Rule, type Transition } from '../transition.ts'

/** RUNNING after a wait for a retry is called `Retrying`. */
export const nameRetries: Rule<Transition> = {
  name: 'name-retries',
  from: ['SCHEDULED'],
  to: ['RUNNING'],
  decide: ({ current, proposed }) =>
    current?.name === 'AwaitingRetry' && proposed.name === 'Running' ? reject({ ...proposed, name: 'Retrying' }, 'it is a retry') : pass(),
}
