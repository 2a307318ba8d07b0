/** When pages about work pools read anew. */
import { watchChanges } from '#lib/live/watch-changes.ts'
import { whenSeen } from '#lib/live/when-seen.ts'

/** Calls `read` whenever a pool or a run has changed, and when somebody comes back to the page; the answer stops it. */
export function watchPools(read: () => void): () => void {
  const stop = watchChanges(['WORK_POOLS', 'FLOW_RUNS'], read)
  // A worker that falls silent tells nobody.
  const unsee = whenSeen(read)
  return () => {
    stop()
    unsee()
  }
}
