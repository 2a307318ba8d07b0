/** A real worker, the built one: what is started from its sources reads them anew each time. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { API_KEY } from './pool-server.ts'

const root = join(import.meta.dirname, '..', '..', '..')
export const WEIR = join(root, 'sdk', 'bin', 'weir.mjs')
export const FLOWS = join('test', 'sdk', 'worker', 'flows.ts')
export const ROOT = root

/** A deployment of `test/sdk/worker/flows.ts`. */
export const deploymentOf = (name: string) => ({ entrypoint: `${FLOWS}:${name}`, path: root })

export interface WorkerProcess {
  child: ChildProcess
  home: string
  /** What it said so far, notes as JSON objects. */
  notes: { event: string; level: string; message: string }[]
  text(): string
  /** Exit code or signal. */
  ended: Promise<number | string>
}

/** Starts `weir worker start --pool test -o json` and more; it is ended with the test. Nothing is booted ahead unless `--spares` says so: that costs seconds. */
export function startWorkerProcess(apiUrl: string, args: string[] = [], env: Record<string, string> = {}): WorkerProcess {
  const worker = spawnWorkerProcess(apiUrl, args, env)
  onTestFinished(() => worker.end())
  return worker
}

/** The same for several tests; the caller ends it. */
export function spawnWorkerProcess(apiUrl: string, args: string[] = [], env: Record<string, string> = {}): WorkerProcess & { end(): Promise<void> } {
  const spares = args.includes('--spares') ? [] : ['--spares', '0']
  const home = env['WEIR_HOME'] ?? mkdtempSync(join(tmpdir(), 'weir-worker-'))
  const child = spawn(process.execPath, [WEIR, 'worker', 'start', '--pool', 'test', '-o', 'json', ...spares, ...args], {
    cwd: root,
    env: { ...process.env, WEIR_HOME: home, WEIR_API_URL: apiUrl, WEIR_API_KEY: API_KEY, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  const notes: WorkerProcess['notes'] = []
  let rest = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString('utf8')
    const lines = (rest + chunk.toString('utf8')).split('\n')
    rest = lines.pop() as string
    for (const line of lines) if (line.startsWith('{')) notes.push(JSON.parse(line))
  })
  const ended = new Promise<number | string>((resolve) => child.on('close', (code, signal) => resolve(code ?? signal ?? 'unknown')))
  const end = async () => {
    child.kill('SIGKILL')
    await ended
    // Runners outlive their worker by up to five seconds and may write what they could not say.
    rmSync(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  }
  return { child, home, notes, text: () => said, ended, end }
}

/** Whether a process of this number lives. One that has ended and waits for its parent to ask (a zombie) does not. */
export function lives(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return stat[stat.lastIndexOf(')') + 2] !== 'Z'
  } catch {
    // Gone in between, or a system without /proc.
    return process.platform !== 'linux'
  }
}

/** Resolves when none of them lives. */
export async function allGone(pids: number[]): Promise<void> {
  while (pids.some(lives)) await new Promise((resolve) => setTimeout(resolve, 20))
}

/** Numbers of processes that a flow has written to a file, once they are there. */
export async function readPids(file: string): Promise<number[]> {
  for (;;) {
    try {
      return JSON.parse(readFileSync(file, 'utf8'))
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}
