import { makeState } from '../../states.ts'
import { abort, type FlowRunTransition, pass, reject, type Rule } from '../transition.ts'

/**
 * A pause ends by going on or by ending. A person comes too late when its deadline has passed; a run that nobody holds cannot go on at once, it is queued
 * for a worker.
 */
export const resumeOnlyInTime: Rule<FlowRunTransition> = {
  name: 'resume-only-in-time',
  from: ['PAUSED'],
  to: ['RUNNING', 'SCHEDULED'],
  decide: ({ current, proposed, run, by, now }) => {
    const until = current?.details.pauseUntil
    if (by === 'person' && until !== undefined && until <= now)
      return abort('pause_is_over', 'the deadline of the pause has passed; retry the run instead')
    if (run.holder !== null) {
      if (proposed.type !== 'SCHEDULED') return pass()
      const details = current === null ? {} : { resumes: current.id }
      return reject(makeState({ ...proposed, type: 'RUNNING', name: 'Running', details }), 'its process goes on')
    }
    const scheduledTime = Math.max(now, current?.details.scheduledTime ?? now)
    if (proposed.type === 'SCHEDULED' && proposed.name === 'Resuming' && proposed.details.scheduledTime === scheduledTime) return pass()
    return reject(makeState({ ...proposed, type: 'SCHEDULED', name: 'Resuming', details: { scheduledTime } }), 'a worker has to start it')
  },
}
