import type { Change } from './change.ts'
import type { FlowRunFacts } from './flow-run.ts'
import type { Instant } from './instant.ts'
import { changeOf } from './leases.ts'
import { timeAfter } from './state-clock.ts'
import { makeState } from './states.ts'

/**
 * The end of a pause whose deadline has passed without anybody resuming the run: FAILED. Null before that, and for a run whose process waits: the pause ends
 * there, where its code can handle it.
 */
export function expirePause(run: FlowRunFacts, now: Instant, newId: () => string): Change | null {
  const { type, timestamp, details } = run.state
  if (type !== 'PAUSED' || run.holder !== null || details.pauseUntil === undefined || details.pauseUntil > now) return null
  const message = 'It was paused, and nobody resumed it in time'
  const failed = makeState({ id: newId(), type: 'FAILED', timestamp: timeAfter(timestamp, now), message })
  return { ...changeOf(run), states: [failed], lease: 'end', scheduledTime: null }
}
