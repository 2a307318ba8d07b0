import { abort, type FlowRunTransition, pass, type Rule } from '../transition.ts'

/**
 * Final is final. Two doors lead out: a person's retry (to SCHEDULED), and contact regained (a run CRASHED as lost whose own runner speaks again).
 */
export const protectFinalState: Rule<FlowRunTransition> = {
  name: 'protect-final-state',
  from: ['COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED'],
  to: 'any',
  decide: ({ current, proposed, by }) => {
    if (proposed.type === 'SCHEDULED' && by !== 'runner') return pass()
    if (by === 'runner' && current?.type === 'CRASHED' && current.details.cause === 'lost') return pass()
    return abort('run_is_final', `the run is ${current?.name} since it ended; it cannot become ${proposed.name}. Retry it instead`)
  },
}
