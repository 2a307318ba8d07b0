/**
 * Ends a runner together with everything it has started. A runner leads its own process group, which covers children and grandchildren;
 * those that left the group (`setsid`, `detached: true`) are found by the mark in their environment, or by their parents where that cannot be read.
 */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** Environment variable that every descendant of a runner inherits; its value names the runner. */
export const RUNNER_MARK = 'WEIR_RUNNER_ID'

/** Sends the signal to the runner's group and to descendants outside it. Answers how many processes outside the group it found. */
export function signalTree(pid: number, mark: string, signal: NodeJS.Signals): number {
  const outside = findDescendants(pid, mark)
  signalQuietly(-pid, signal)
  for (const descendant of outside) signalQuietly(descendant, signal)
  return outside.length
}

/** Ends what a runner left behind when it exited by itself: background children keep nothing alive beyond their run. */
export function sweepTree(pid: number, mark: string): void {
  signalTree(pid, mark, 'SIGKILL')
}

function signalQuietly(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // Gone already, or never there: both are what was wanted.
  }
}

function findDescendants(pid: number, mark: string): number[] {
  return process.platform === 'linux' ? findByMark(pid, mark) : findByParent(pid)
}

/** Linux: the environment a process was started with stays readable for its owner, also after its parent is gone. */
function findByMark(pid: number, mark: string): number[] {
  const needle = `${RUNNER_MARK}=${mark}`
  const found: number[] = []
  for (const entry of readdirSync('/proc')) {
    const candidate = Number(entry)
    if (!Number.isInteger(candidate) || candidate === pid || candidate === process.pid) continue
    try {
      if (readFileSync(`/proc/${entry}/environ`, 'latin1').includes(needle)) found.push(candidate)
    } catch {
      // Ended meanwhile, or somebody else's.
    }
  }
  return found
}

function findByParent(pid: number): number[] {
  let table: string
  try {
    table = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
  } catch {
    return []
  }
  const children = new Map<number, number[]>()
  for (const line of table.split('\n')) {
    const [child, parent] = line.trim().split(/\s+/).map(Number)
    if (child && parent) children.set(parent, [...(children.get(parent) ?? []), child])
  }
  const found: number[] = []
  const open = [pid]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const child of children.get(next) ?? []) {
      found.push(child)
      open.push(child)
    }
  }
  return found
}
