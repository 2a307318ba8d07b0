/** Ending processes by their pid, politely first. */
import { readFileSync } from 'node:fs'

/** True while a process of that pid exists, whoever owns it. A zombie counts as gone. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  return processState(pid) !== 'Z'
}

/** One-letter state of a Linux process; null where /proc is missing. */
function processState(pid: number): string | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return text[text.lastIndexOf(')') + 2] ?? null
  } catch {
    return null
  }
}

/** Waits until the process is gone; false when it still lives after `milliseconds`. */
export async function waitForEnd(pid: number, milliseconds: number): Promise<boolean> {
  const until = Date.now() + milliseconds
  while (isAlive(pid)) {
    if (Date.now() >= until) return false
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  return true
}

/** Sends `signal`, waits up to `grace` milliseconds, then SIGKILL. Resolves when the process is gone. A process that is not there is fine. */
export async function endProcess(pid: number, signal: NodeJS.Signals, grace: number): Promise<void> {
  for (const [name, wait] of [
    [signal, grace],
    ['SIGKILL', 5000],
  ] as const) {
    try {
      process.kill(pid, name)
    } catch {
      return
    }
    if (await waitForEnd(pid, wait)) return
  }
}
