/** Telling a process from a later one that was given the same pid. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { isAlive } from './end-process.ts'

/** A process and when it started, as its system says it. */
export interface ProcessIdentity {
  pid: number
  started: string
}

/** Who runs under that pid now; null when nobody does. */
export function identify(pid: number): ProcessIdentity | null {
  if (!isAlive(pid)) return null
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] // field 22: ticks since boot
    return started === undefined ? null : { pid, started }
  } catch {
    // no /proc: macOS
  }
  try {
    return { pid, started: execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() }
  } catch {
    return null
  }
}

/** Whether that very process still lives. */
export const stillRuns = ({ pid, started }: ProcessIdentity): boolean => identify(pid)?.started === started
