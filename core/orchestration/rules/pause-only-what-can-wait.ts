import { isAskedToSuspend, suspendRequest } from '../../suspend-request.ts'
import { abort, type FlowRunTransition, pass, reject, type Rule } from '../transition.ts'

/**
 * A run pauses itself while it is RUNNING. A person sets aside one that waits and that nobody holds: it goes on where it waited. To be suspended is to give
 * the infrastructure back, so somebody must be able to start the run again; a person only asks for that, since it is the run that knows where it can stop.
 */
export const pauseOnlyWhatCanWait: Rule<FlowRunTransition> = {
  name: 'pause-only-what-can-wait',
  from: 'any',
  to: ['PAUSED'],
  decide: ({ current, proposed, run, by }) => {
    const state = current?.name ?? 'new'
    if (by === 'person' && proposed.name !== 'Suspended') {
      if (current?.type === 'SCHEDULED' && run.holder === null) return pass()
      return abort('run_does_not_wait', `only a run that waits to be started can be paused; this one is ${state}`)
    }
    if (current?.type !== 'RUNNING') {
      const verb = by === 'person' ? 'be suspended' : 'pause'
      const instead = by === 'person' && current?.type === 'SCHEDULED' ? ': pause it instead' : ''
      return abort('run_is_not_running', `only a running run can ${verb}; this one is ${state}${instead}`)
    }
    if (proposed.name !== 'Suspended') return pass()
    if (run.rootFlowRunId !== null)
      return abort('run_is_subflow', `the run is a subflow of ${run.rootFlowRunId} and lives in its process; suspend that run`)
    if (run.deploymentId === null)
      return abort('run_has_no_deployment', 'the run was started by a script, so no worker could go on with it; pause it instead, or deploy the flow')
    if (by !== 'person') return pass({ endLease: true })
    return reject(isAskedToSuspend(current) ? current : suspendRequest(proposed), 'it suspends where it starts something next')
  },
}
