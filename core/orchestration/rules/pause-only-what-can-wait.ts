import { abort, type FlowRunTransition, pass, type Rule } from '../transition.ts'

/**
 * A run pauses itself while it is RUNNING. A person sets aside one that waits and that nobody holds: it goes on where it waited. To be suspended is to give
 * the infrastructure back, so somebody must be able to start the run again.
 */
export const pauseOnlyWhatCanWait: Rule<FlowRunTransition> = {
  name: 'pause-only-what-can-wait',
  from: 'any',
  to: ['PAUSED'],
  decide: ({ current, proposed, run, by }) => {
    const state = current?.name ?? 'new'
    if (by === 'person') {
      if (current?.type === 'SCHEDULED' && run.holder === null) return pass()
      return abort('run_does_not_wait', `only a run that waits to be started can be paused; this one is ${state}`)
    }
    if (current?.type !== 'RUNNING') return abort('run_is_not_running', `only a running run can pause; this one is ${state}`)
    if (proposed.name !== 'Suspended') return pass()
    if (run.rootFlowRunId !== null)
      return abort('run_is_subflow', `the run is a subflow of ${run.rootFlowRunId} and lives in its process; suspend that run`)
    if (run.deploymentId === null)
      return abort('run_has_no_deployment', 'the run was started by a script, so no worker could go on with it; pause it instead, or deploy the flow')
    return pass({ endLease: true })
  },
}
