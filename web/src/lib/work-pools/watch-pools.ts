/** When pages about work pools read anew. */
import { watchChanges } from '#lib/live/watch-changes.ts'

/** Calls `read` whenever a pool or a run has changed, and when somebody comes back to the page; the answer stops it. */
export function watchPools(read: () => void): () => void {
  const stop = watchChanges(['WORK_POOLS', 'FLOW_RUNS'], read)
  // A worker that falls silent tells nobody: coming back to the page asks anew.
  const onvisible = () => {
    if (!document.hidden) read()
  }
  document.addEventListener('visibilitychange', onvisible)
  return () => {
    stop()
    document.removeEventListener('visibilitychange', onvisible)
  }
}
