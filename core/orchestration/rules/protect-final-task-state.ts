import { abort, pass, type Rule, type TaskRunTransition } from '../transition.ts'

/** A completed task stays completed. Another final state may be left again only by a new attempt, when its flow run is tried again. */
export const protectFinalTaskState: Rule<TaskRunTransition> = {
  name: 'protect-final-task-state',
  from: ['COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED'],
  to: 'any',
  decide: ({ current, proposed }) => {
    if (current?.type !== 'COMPLETED' && (proposed.type === 'PENDING' || proposed.type === 'RUNNING')) return pass()
    return abort('task_run_is_final', `the task run is ${current?.name}; it cannot become ${proposed.name}`)
  },
}
