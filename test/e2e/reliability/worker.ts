/** A real worker of the product, as `weir worker start` starts it, and what its flows have witnessed. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { ask } from '../../support/control-plane.ts'
import { type Product, range, until } from './product.ts'

/** The command as npm installs it. */
export const WEIR = join(import.meta.dirname, '..', '..', '..', 'sdk', 'bin', 'weir.mjs')

export interface Worker {
  child: ChildProcess
  pid: number
  home: string
  /** Notes it has written so far. */
  notes: { event: string; level: string; message: string }[]
  /** Exit code or signal. */
  ended: Promise<number | string>
}

export interface WorkerOptions {
  pool: string
  name?: string
  limit?: number
  /** Another way to the control plane than the straight one. */
  apiUrl?: string
  /** Of an earlier worker, to go on with what it has left. */
  home?: string
  env?: Record<string, string>
}

/** What tests have left to end and to remove; those that run side by side share a file's end. */
const leftovers: (() => Promise<void> | void)[] = []

/** Ends all workers and removes all folders: call it when the tests of a file are over. */
export async function cleanUp(): Promise<void> {
  for (const end of leftovers.splice(0).reverse()) await end()
}

/** To be done at the end of the file. */
export const atEnd = (end: () => Promise<void> | void): void => void leftovers.push(end)

/** Starts a worker with a key of its own and waits until it is ready. It is ended with the file. */
export async function startWorker(product: Product, { pool, name = 'one', limit = 4, apiUrl, home, env = {} }: WorkerOptions): Promise<Worker> {
  const key = await createWorkerKey(product, name)
  const folder = home ?? temporaryFolder()
  const child = spawn(
    process.execPath,
    [WEIR, 'worker', 'start', '--pool', pool, '--name', name, '--limit', String(limit), '--spares', '1', '-o', 'json'],
    {
      env: {
        ...process.env,
        NODE_OPTIONS: '',
        WEIR_HOME: folder,
        WEIR_API_URL: apiUrl ?? product.url,
        WEIR_API_KEY: key,
        WEIR_TIME_SCALE: String(product.timeScale),
        ...env,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  )
  const notes: Worker['notes'] = []
  let rest = ''
  let said = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk).slice(-4_000)
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() as string
    for (const line of lines) if (line.startsWith('{')) notes.push(JSON.parse(line))
  })
  let over: number | string | null = null
  const ended = new Promise<number | string>((resolve) =>
    child.on('close', (code, signal) => {
      over = code ?? signal ?? 'unknown'
      resolve(over)
    }),
  )
  atEnd(async () => {
    child.kill('SIGKILL')
    await ended
  })
  await until(`worker ${name} ready`, () => {
    if (over !== null) throw new Error(`it ended with ${over}: ${said}`)
    return notes.some(({ event }) => event === 'ready')
  })
  return { child, pid: child.pid as number, home: folder, notes, ended }
}

/** A command of `weir`, to its end. */
export const runWeir = (words: string[], env: Record<string, string>) => runNode([WEIR, ...words], env)

/** A program, to its end; in a home of its own. */
export function runNode(words: string[], env: Record<string, string>): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const own = { ...process.env, NODE_OPTIONS: '', WEIR_HOME: temporaryFolder(), ...env }
  const child = spawn(process.execPath, words, { env: own, stdio: ['ignore', 'pipe', 'pipe'] })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk) => (stdout += chunk))
  child.stderr.on('data', (chunk) => (stderr += chunk))
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })))
}

async function createWorkerKey(product: Product, name: string): Promise<string> {
  const { result } = await ask<{ result: { key: string } }>(
    product,
    'mutation ($name: String!) { result: createApiKey(input: { name: $name, role: WORKER }) { ... on CreateApiKeySuccess { key } } }',
    { name },
  )
  return result.key
}

/** Removed at the end of the file; runners outlive their worker by up to five seconds and may write what they could not say. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'weir-reliability-'))
  atEnd(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }))
  return folder
}

/** One line that a flow wrote. */
interface Witness {
  event: string
  flowRunId: string
  pid: number
  attempt: number
}

/** Everything written so far, in order. */
export function witnessed(file: string): Witness[] {
  let text = ''
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return []
  }
  const lines = text.split('\n').slice(0, -1)
  return lines.map((line) => {
    const [event = '', flowRunId = '', pid, attempt] = line.split(' ')
    return { event, flowRunId, pid: Number(pid), attempt: Number(attempt) }
  })
}

/** Waits until this event (of this run, if given) was witnessed. */
export const untilWitnessed = (file: string, event: string, flowRunId?: string): Promise<Witness> =>
  until(`"${event}" in ${file}`, () =>
    witnessed(file).find((line) => line.event === event && (flowRunId === undefined || line.flowRunId === flowRunId)),
  )

/** The most runs that were between their `begin` and their `end` at a time. */
export function mostAtOnce(lines: Witness[]): number {
  let now = 0
  let most = 0
  for (const { event } of lines) {
    if (event === 'begin') now++
    if (event === 'end') now--
    most = Math.max(most, now)
  }
  return most
}

/** A run of `steps` was executed exactly once. */
export const expectOneExecution = (file: string, count: number): void =>
  expect(witnessed(file).map(({ event }) => event)).toEqual(['begin', ...range(count).map((index) => `step-${index}`), 'end'])
