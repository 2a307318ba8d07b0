/**
 * One runner as the worker sees it: a Node process of its own process group, its IPC channel, its lifeline, its captured output, its end.
 * It knows nothing of runs beyond their ids; who gets which run is decided in `held-runs.ts`.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import type { Duplex, Readable } from 'node:stream'
import type { TimedOutFact } from '../../core/protocol/reports.ts'
import { LIFELINE_WORD, type LifelineMessage, type MessageToRunner, type MessageToWorker } from '../runner/ipc.ts'
import { type CapturedOutput, captureOutput } from './captured-output.ts'
import type { ProcessEnd } from './explain-exit.ts'
import { RUNNER_MARK, signalTree, sweepTree } from './process-tree.ts'

interface RunnerOptions {
  /** Path of the runner's main module. */
  main: string
  /** Flags for Node itself, before the module. */
  nodeFlags: string[]
  /** Working directory to start in. */
  directory: string
  /** The whole environment; the worker's key is not in it. */
  env: Record<string, string>
  onMessage(message: MessageToWorker): void
  /** The process has ended and its output has been read to the end. Called once. */
  onEnd(end: ProcessEnd): void
  /** Captured lines wait; `full` = take them now. */
  onOutput(full: boolean): void
}

/** Everything goes through it: nobody else knows the child. */
export interface RunnerProcess {
  readonly pid: number | undefined
  readonly output: CapturedOutput
  /** Milliseconds the process needed from spawn to `ready`; null until then. */
  readonly bootTime: number | null
  /** `sent` is called when the channel has taken it (never, when the process ends first). */
  send(message: MessageToRunner, sent?: () => void): void
  /** One line on the lifeline. */
  renew(line: LifelineMessage): void
  /** SIGTERM to the whole tree, SIGKILL after the grace. Safe to call again; a shorter grace wins. */
  stop(grace: number): void
  /** SIGKILL to the whole tree. */
  kill(): void
}

/** Milliseconds between a process's end and giving up on output that a leftover grandchild keeps open. */
const OUTPUT_PATIENCE = 500

/** Spawns at once. Never throws: a process that cannot be started ends, with the reason in its last lines. */
export function startRunnerProcess({ main, nodeFlags, directory, env, onMessage, onEnd, onOutput }: RunnerOptions): RunnerProcess {
  const mark = randomUUID()
  const startedAt = performance.now()
  const child: ChildProcess = spawn(process.execPath, [...nodeFlags, main], {
    cwd: directory,
    env: { ...env, [RUNNER_MARK]: mark },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc', 'pipe'],
  })
  const lifeline = child.stdio[4] as Duplex
  let lastWord = ''
  lifeline.on('error', () => {})
  lifeline.setEncoding('utf8').on('data', (text: string) => {
    if (lastWord.length <= LIFELINE_WORD) lastWord += text
  })
  const output = captureOutput(child.stdout as Readable, child.stderr as Readable, onOutput)
  let bootTime: number | null = null
  let ended = false
  let killTimer: NodeJS.Timeout | null = null
  let killAt = Number.POSITIVE_INFINITY

  child.on('message', (message) => {
    const said = message as MessageToWorker
    if (said.type === 'hide') return output.hide(said.values)
    if (said.type === 'ready') bootTime ??= performance.now() - startedAt
    onMessage(said)
  })
  const finish = (end: ProcessEnd) => {
    if (ended) return
    ended = true
    if (killTimer) clearTimeout(killTimer)
    onEnd(end)
  }
  child.on('error', (error) => {
    if (child.pid === undefined) finish({ code: null, signal: null, stderr: error.message, pastLimit: null })
  })
  child.on('exit', (code, signal) => {
    output.letGo(true)
    if (child.pid !== undefined) sweepTree(child.pid, mark)
    const finishNow = () => finish({ code, signal, stderr: output.stderrTail(), pastLimit: readLastWord(lastWord) })
    // A worker that was busy for so long reads what has come meanwhile first.
    const late = setTimeout(() => setImmediate(finishNow), OUTPUT_PATIENCE)
    child.on('close', () => {
      clearTimeout(late)
      finishNow()
    })
  })

  const kill = () => {
    if (!ended && child.pid !== undefined) signalTree(child.pid, mark, 'SIGKILL')
  }
  return {
    pid: child.pid,
    output,
    get bootTime() {
      return bootTime
    },
    send(message, sent) {
      // A runner that is just ending cannot hear any more; its end is reported by itself.
      if (child.connected) child.send(message, (error) => (error ? undefined : sent?.()))
    },
    renew(line) {
      if (!ended && lifeline.writable) lifeline.write(`${JSON.stringify(line)}\n`)
    },
    stop(grace) {
      if (ended || child.pid === undefined) return
      output.letGo(true)
      if (killAt === Number.POSITIVE_INFINITY) signalTree(child.pid, mark, 'SIGTERM')
      const at = performance.now() + grace
      if (at >= killAt) return
      killAt = at
      if (killTimer) clearTimeout(killTimer)
      killTimer = setTimeout(kill, grace)
    },
    kill,
  }
}

/** Which time limit ended the process, if one did. */
function readLastWord(line: string): TimedOutFact | null {
  try {
    return JSON.parse(line) as TimedOutFact
  } catch {
    return null
  }
}
