import { type FlowRunTransition, pass, type Rule } from '../transition.ts'

/** Entering RUNNING is a new attempt. Coming back from a pause is not. */
export const countRuns: Rule<FlowRunTransition> = {
  name: 'count-runs',
  from: 'any',
  to: ['RUNNING'],
  decide: ({ current }) => (current?.type === 'PAUSED' || current?.type === 'RUNNING' ? pass() : pass({ countRun: true })),
}
