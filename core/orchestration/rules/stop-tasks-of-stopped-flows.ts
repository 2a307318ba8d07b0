import { makeState } from '../../states.ts'
import { abort, pass, reject, type Rule, type TaskRunTransition } from '../transition.ts'

/** A task starts only while its flow runs: a paused flow makes it wait, any other state forbids it. */
export const stopTasksOfStoppedFlows: Rule<TaskRunTransition> = {
  name: 'stop-tasks-of-stopped-flows',
  from: 'any',
  to: ['RUNNING'],
  decide: ({ flowRunStateType, proposed }) => {
    if (flowRunStateType === 'RUNNING') return pass()
    if (flowRunStateType === 'PAUSED') {
      return reject(makeState({ ...proposed, type: 'PAUSED', name: 'NotReady', message: 'The flow run is paused' }), 'the flow run is paused')
    }
    return abort('flow_run_is_not_running', `the flow run is ${flowRunStateType}, so its tasks do not start`)
  },
}
