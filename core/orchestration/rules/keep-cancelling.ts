import { type FlowRunTransition, pass, reject, type Rule } from '../transition.ts'

/** A run that was asked to stop only ends: CANCELLED. What its body still came to is history, not its state. */
export const keepCancelling: Rule<FlowRunTransition> = {
  name: 'keep-cancelling',
  from: ['CANCELLING'],
  to: ['SCHEDULED', 'PENDING', 'RUNNING', 'PAUSED', 'CANCELLING', 'COMPLETED', 'FAILED', 'CRASHED'],
  decide: ({ current }) => (current ? reject(current, 'the run is being cancelled') : pass()),
}
