import { type FlowRunTransition, pass, type Rule } from '../transition.ts'

/** A run that is over holds nothing: no holder, no slots. */
export const endLeaseWithRun: Rule<FlowRunTransition> = {
  name: 'end-lease-with-run',
  from: 'any',
  to: ['COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED'],
  decide: () => pass({ endLease: true }),
}
