/** Coming back to a page, from another tab or another program. */

/** Calls `read` each time the page is looked at again. The answer stops it. */
export function whenSeen(read: () => void): () => void {
  const onchange = () => {
    if (!document.hidden) read()
  }
  document.addEventListener('visibilitychange', onchange)
  return () => document.removeEventListener('visibilitychange', onchange)
}
