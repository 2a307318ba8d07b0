import type { Change } from './change.ts'
import type { FlowRunFacts } from './flow-run.ts'
import type { Instant } from './instant.ts'
import { timeAfter } from './state-clock.ts'
import { makeState } from './states.ts'
import type { Timings } from './timings.ts'

/**
 * Records that a run is late: due for longer than `lateAfter` and nobody has taken it. It stays SCHEDULED for the same time; only its name says so.
 * Null when it is not late, or says so already, or waits under a name of its own (a retry, a resume).
 */
export function markLate(run: FlowRunFacts, now: Instant, newId: () => string, timings: Timings): Change | null {
  const { state } = run
  const scheduledTime = state.details.scheduledTime ?? state.timestamp
  if (state.type !== 'SCHEDULED' || state.name !== 'Scheduled' || run.holder !== null || now - scheduledTime < timings.lateAfter) return null
  const late = makeState({
    id: newId(),
    type: 'SCHEDULED',
    name: 'Late',
    timestamp: timeAfter(state.timestamp, now),
    message: state.message,
    details: { ...state.details, scheduledTime },
  })
  return {
    flowRunId: run.id,
    guard: { stateId: state.id, epoch: run.epoch },
    states: [late],
    history: [],
    lease: 'keep',
    raiseEpoch: false,
    scheduledTime,
  }
}
