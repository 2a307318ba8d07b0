import { abort, type FlowRunTransition, pass, type Rule } from '../transition.ts'

/** PENDING is the claim, and a run is claimed once. A PENDING run may only change the name of its state (Submitting). */
export const preventSecondClaim: Rule<FlowRunTransition> = {
  name: 'prevent-second-claim',
  from: ['PENDING', 'RUNNING', 'CANCELLING', 'PAUSED'],
  to: ['PENDING'],
  decide: ({ current, proposed }) =>
    current?.type === 'PENDING' && proposed.name !== 'Pending' && proposed.name !== current.name
      ? pass()
      : abort('run_is_claimed', `the run is ${current?.name}: it is claimed already`),
}
