import type { Change } from './change.ts'
import type { FlowRunFacts } from './flow-run.ts'
import type { Instant } from './instant.ts'
import { changeOf } from './leases.ts'
import { timeAfter } from './state-clock.ts'
import { makeState } from './states.ts'

/** A run that is due while the limit of its deployment is full, and that is not to wait for a place: CANCELLED. Null for a run that somebody has taken meanwhile. */
export function cancelCollision(run: FlowRunFacts, now: Instant, newId: () => string): Change | null {
  if (run.state.type !== 'SCHEDULED' || run.holder !== null) return null
  const message = 'The limit of its deployment was full when it was due, and its runs do not wait for a place'
  const cancelled = makeState({ id: newId(), type: 'CANCELLED', timestamp: timeAfter(run.state.timestamp, now), message })
  return { ...changeOf(run), states: [cancelled], lease: 'end', scheduledTime: null }
}
