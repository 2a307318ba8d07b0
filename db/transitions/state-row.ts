/** States as the SQL functions take and store them, and the times that a sequence of states adds to a run. */
import { formatInstant, type Instant } from '../../core/instant.ts'
import type { State } from '../../core/states.ts'

export const stateRow = (state: State) => ({
  id: state.id,
  type: state.type,
  name: state.name,
  timestamp: formatInstant(state.timestamp),
  message: state.message,
  details: state.details,
})

/**
 * Milliseconds that the given states add among themselves, by the type of each: the last one's own time is still running.
 * What the state before them adds, the SQL knows from its row. `startTime` is the first RUNNING among them.
 */
export function timesOf(states: readonly State[]): { waiting: number; starting: number; running: number; startTime: Instant | null } {
  const times = { waiting: 0, starting: 0, running: 0, startTime: null as Instant | null }
  states.forEach((state, index) => {
    if (state.type === 'RUNNING') times.startTime ??= state.timestamp
    const next = states[index + 1]
    if (!next) return
    const spent = Math.max(0, next.timestamp - Math.max(state.timestamp, state.details.scheduledTime ?? 0))
    if (state.type === 'SCHEDULED') times.waiting += spent
    if (state.type === 'PENDING') times.starting += spent
    if (state.type === 'RUNNING') times.running += spent
  })
  return times
}
