import { makeState } from '../../states.ts'
import { type FlowRunTransition, pass, reject, type Rule } from '../transition.ts'

/** Nobody holds the run, so nobody has to be asked to stop: it is CANCELLED at once. */
export const cancelAtOnceWithoutHolder: Rule<FlowRunTransition> = {
  name: 'cancel-at-once-without-holder',
  from: ['SCHEDULED', 'PAUSED'],
  to: ['CANCELLING'],
  decide: ({ run, proposed }) =>
    run.holder !== null
      ? pass()
      : reject(makeState({ ...proposed, type: 'CANCELLED', name: 'Cancelled' }), 'nothing was running, so the run is cancelled at once', {
          endLease: true,
        }),
}
