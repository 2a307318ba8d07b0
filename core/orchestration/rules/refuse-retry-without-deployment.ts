import { abort, type FlowRunTransition, pass, type Rule } from '../transition.ts'

/** To run again, somebody has to be able to start it: a run of a script has no deployment, and a subflow lives in its root's process. */
export const refuseRetryWithoutDeployment: Rule<FlowRunTransition> = {
  name: 'refuse-retry-without-deployment',
  from: ['COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED'],
  to: ['SCHEDULED'],
  decide: ({ run }) => {
    if (run.rootFlowRunId !== null)
      return abort('run_is_subflow', `the run is a subflow of ${run.rootFlowRunId} and lives in its process; retry that run`)
    if (run.deploymentId === null) {
      return abort(
        'run_has_no_deployment',
        'the run was started by a script, so no worker can start it again; start the script again, or deploy the flow',
      )
    }
    return pass({ raiseEpoch: true, endLease: true })
  },
}
