import { pass, reject, type Rule, type Transition } from '../transition.ts'

/** The same proposal twice (a request that was sent again) changes nothing the second time. A state's id names the proposal. */
export const preventDuplicateTransitions: Rule<Transition> = {
  name: 'prevent-duplicate-transitions',
  from: 'any',
  to: 'any',
  decide: ({ current, proposed }) => (current && current.id === proposed.id ? reject(current, 'this state is recorded already') : pass()),
}
