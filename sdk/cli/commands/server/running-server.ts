/** The control plane of a WEIR_HOME, as its lock file shows it. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

interface RunningServer {
  pid: number
  /** Null until it serves. */
  url: string | null
  /** Its embedded PostgreSQL; null when it has none. */
  postgres: Process | null
}

/** A process, and when it started in the words of its system. */
interface Process {
  pid: number
  started: string
}

/** Null when none runs: no lock, or one whose process is gone. */
export function findServer(home: string): RunningServer | null {
  let lock: { owner?: Process; url?: string | null; postgres?: Process | null }
  try {
    lock = JSON.parse(readFileSync(join(home, 'control-plane.lock'), 'utf8'))
  } catch {
    return null
  }
  const { owner } = lock
  return owner && stillRuns(owner) ? { pid: owner.pid, url: lock.url ?? null, postgres: lock.postgres ?? null } : null
}

/** Whether that very process lives: a later one with the same number is somebody else's. */
export const stillRuns = ({ pid, started }: Process): boolean => isAlive(pid) && startOf(pid) === started

/** When a process started, in the words of its system (as `weirflow-server` writes it into the lock). */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    // No /proc: macOS.
  }
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim()
  } catch {
    return undefined
  }
}

/** Whether a process of this number lives. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
