/** npm puts a shell and itself above us. When one of them is killed outright nobody tells us, so we look. */
import { readFileSync } from 'node:fs'

const EVERY = 1000

/** Calls `gone` once when the parent, or the npm above it, is no more. */
export function watchAncestors(gone) {
  const parent = process.ppid
  const above = process.env.npm_lifecycle_event ? parentOf(parent) : null
  const timer = setInterval(() => {
    if (process.ppid === parent && (above === null || parentOf(parent) === above)) return
    clearInterval(timer)
    gone()
  }, EVERY)
  timer.unref()
}

/** Parent of a Linux process; null where it cannot be told. */
function parentOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    return null
  }
}
