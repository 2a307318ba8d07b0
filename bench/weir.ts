/**
 * Weir as a bench sees it: the built control plane in a home of its own, the built worker as its own process, GraphQL over HTTP, and a socket that plays
 * a worker which only takes note of its assignments. Everything is ended by `stop`.
 */
import { type ChildProcess, fork, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import WebSocket from 'ws'
import type { PoolMessage } from '../core/protocol/pool-messages.ts'
import { OLDEST_PROTOCOL_VERSION, PROTOCOL_VERSION } from '../core/protocol/version.ts'
import type { WorkerMessage } from '../core/protocol/worker-messages.ts'
import type { BenchedControlPlane } from './control-plane.ts'

const ROOT = path.dirname(import.meta.dirname)
const WEIR = path.join(ROOT, 'sdk', 'bin', 'weir.mjs')
const DIST = path.join(ROOT, 'server', 'dist')

export interface BenchedWeir {
  url: string
  key: string
  home: string
  /** Pids of everything but the bench itself, its workerd first. */
  pids: () => number[]
  /** The supervisor of the control plane, in which the SQL door is. */
  planePid: number
  /** File to which bench flows write their instants. */
  marks: string
  environment: Record<string, string>
  ask<T>(query: string, variables?: Record<string, unknown>): Promise<T>
  /** One subscription as server-sent events; `onData` for each message. Resolves once the stream stands; the answer ends it. */
  listen<T>(query: string, variables: Record<string, unknown>, onData: (data: T) => void): Promise<() => void>
  /** Runs the command line to its end; throws with what it said when it fails. */
  weir(...args: string[]): Promise<string>
  /** Starts `weir worker start`, waits until it is ONLINE, and answers its pid. One worker a pool. */
  startWorker(pool: string, ...args: string[]): Promise<number>
  stop(): Promise<void>
}

/** `databaseUrl`: a PostgreSQL that the bench looks into, instead of one of its own. `dist`: another build of the control plane than the repository's. */
export async function startWeir({ databaseUrl, dist = DIST }: { databaseUrl?: string; dist?: string } = {}): Promise<BenchedWeir> {
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'weir-bench-'))
  const home = path.join(scratch, 'home')
  const marks = path.join(scratch, 'marks')
  writeFileSync(marks, '')
  const { plane, planePid, stopPlane } = await startPlane(home, dist, databaseUrl)
  const environment = { WEIR_HOME: home, WEIR_API_URL: plane.url, WEIR_API_KEY: plane.adminKey, BENCH_MARKS: marks }
  const workers: ChildProcess[] = []
  const agent = new http.Agent({ keepAlive: true })

  const post = (body: unknown, accept: string, signal?: AbortSignal) =>
    fetch(`${plane.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept, authorization: `Bearer ${plane.adminKey}` },
      body: JSON.stringify(body),
      ...(signal ? { signal } : {}),
    })
  const ask = async <T>(query: string, variables: Record<string, unknown> = {}): Promise<T> => {
    const answer = (await postOnce(agent, plane, { query, variables })) as { data?: T; errors?: { message: string }[] }
    if (!answer.data || answer.errors) throw new Error(answer.errors?.[0]?.message ?? 'no data')
    return answer.data
  }
  const listen = async <T>(query: string, variables: Record<string, unknown>, onData: (data: T) => void): Promise<() => void> => {
    const ended = new AbortController()
    const response = await post({ query, variables }, 'text/event-stream', ended.signal)
    void readEvents(response, onData).catch((error) => {
      if (!ended.signal.aborted) throw error
    })
    return () => ended.abort()
  }
  const weir = (...args: string[]): Promise<string> =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [WEIR, ...args], {
        cwd: ROOT,
        env: { ...process.env, ...environment },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      let said = ''
      child.stdout.on('data', (part) => (said += part))
      child.stderr.on('data', (part) => (said += part))
      child.on('close', (code) => (code === 0 ? resolve(said) : reject(new Error(`weir ${args.join(' ')}: ${said}`))))
    })
  const startWorker = async (pool: string, ...args: string[]): Promise<number> => {
    const worker = spawn(process.execPath, [WEIR, 'worker', 'start', '--pool', pool, ...args], {
      cwd: ROOT,
      env: { ...process.env, ...environment },
      stdio: 'ignore',
    })
    workers.push(worker)
    for (let tries = 0; tries < 200; tries += 1) {
      const { workPool } = await ask<{ workPool: { workers: { status: string }[] } }>(
        'query ($name: String) { workPool(name: $name) { workers { status } } }',
        { name: pool },
      )
      if (workPool.workers.some(({ status }) => status === 'ONLINE')) return worker.pid as number
      await sleep(25)
    }
    throw new Error(`the worker of ${pool} did not come online`)
  }
  const stop = async (): Promise<void> => {
    for (const worker of workers) {
      const ended = new Promise((resolve) => worker.once('exit', resolve))
      worker.kill('SIGTERM')
      await Promise.race([ended, sleep(3_000)])
      worker.kill('SIGKILL')
    }
    await stopPlane()
    agent.destroy()
    rmSync(scratch, { recursive: true, force: true })
  }
  const pids = () => [plane.pids.workerd, ...(plane.pids.postgres === null ? [] : [plane.pids.postgres]), ...workers.flatMap(({ pid }) => pid ?? [])]
  return { url: plane.url, key: plane.adminKey, home, pids, planePid, marks, environment, ask, listen, weir, startWorker, stop }
}

/** Forked, so that the control plane ends with the bench, however that ends. */
async function startPlane(
  home: string,
  dist: string,
  databaseUrl?: string,
): Promise<{ plane: BenchedControlPlane; planePid: number; stopPlane: () => Promise<void> }> {
  const child = fork(path.join(import.meta.dirname, 'control-plane.ts'), databaseUrl === undefined ? [home, dist] : [home, dist, databaseUrl])
  const plane = await new Promise<BenchedControlPlane>((resolve, reject) => {
    child.once('message', (message) => resolve(message as BenchedControlPlane))
    child.once('exit', (code) => reject(new Error(`the control plane ended with ${code}`)))
  })
  const stopPlane = () =>
    new Promise<void>((resolve) => {
      child.once('exit', () => resolve())
      child.disconnect()
    })
  return { plane, planePid: child.pid as number, stopPlane }
}

/** With Node's own client on a kept connection: fetch costs the bench itself more than a millisecond per call. */
function postOnce(agent: http.Agent, { url, adminKey }: BenchedControlPlane, body: unknown): Promise<unknown> {
  const headers = { 'content-type': 'application/json', accept: 'application/json', authorization: `Bearer ${adminKey}` }
  return new Promise((resolve, reject) => {
    const request = http.request(`${url}/graphql`, { method: 'POST', agent, headers }, async (response) => {
      try {
        resolve(JSON.parse((await response.toArray()).join('')))
      } catch (error) {
        reject(error)
      }
    })
    request.once('error', reject)
    request.end(JSON.stringify(body))
  })
}

async function readEvents<T>(response: Response, onData: (data: T) => void): Promise<void> {
  if (!response.ok || !response.body) throw new Error(`the stream was refused: ${response.status}`)
  let rest = ''
  for await (const part of response.body.pipeThrough(new TextDecoderStream())) {
    const events = (rest + part).split('\n\n')
    rest = events.pop() ?? ''
    for (const event of events) {
      const data = /^data: ?(.*)$/m.exec(event)?.[1]
      if (!data) continue
      const { data: message } = JSON.parse(data) as { data?: T }
      if (message) onData(message)
    }
  }
}

/** A socket that says it is a worker with room for everything; `onAssign` hears of each run as it arrives, `onMessage` of every text, pongs too, `onSay` of every message of the worker but pings. */
export async function connectSocketWorker(
  weir: BenchedWeir,
  pool: string,
  slots: number,
  onAssign: (flowRunId: string) => void,
  { name = 'bench-socket', onMessage = (_text: string): void => {}, onSay = (): void => {} } = {},
): Promise<{ close: () => void; say: (text: string) => void }> {
  const socket = new WebSocket(`${weir.url.replace('http', 'ws')}/connect?pool=${pool}`, { headers: { authorization: `Bearer ${weir.key}` } })
  const say = (message: WorkerMessage) => {
    onSay()
    socket.send(JSON.stringify(message))
  }
  let free = slots
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.on('open', () =>
      say({
        type: 'hello',
        protocol: { newest: PROTOCOL_VERSION, oldest: OLDEST_PROTOCOL_VERSION },
        sessionId: randomUUID(),
        worker: { name, version: '0', type: 'process', labels: {}, hostname: os.hostname(), pid: process.pid },
        queues: [],
        slots,
        holding: [],
        sentAt: Date.now(),
      }),
    )
    socket.on('message', (data) => {
      const text = String(data)
      onMessage(text)
      if (!text.startsWith('{')) return
      const message = JSON.parse(text) as PoolMessage
      if (message.type === 'welcome') {
        say({ type: 'room', free, draining: false })
        resolve()
      } else if (message.type === 'assign') {
        for (const { flowRunId } of message.assignments) onAssign(flowRunId)
        free -= message.assignments.length
        say({ type: 'acknowledge', runs: message.assignments.map(({ flowRunId, epoch }) => ({ flowRunId, epoch })) })
      } else if (message.type === 'goodbye') reject(new Error(message.message))
    })
  })
  return { close: () => socket.close(), say: (text) => socket.send(text) }
}

/** Instants that bench flows wrote: flow run id → milliseconds since 1970. */
export function readMarks(weir: BenchedWeir, what: string): Map<string, number> {
  const marks = new Map<string, number>()
  for (const line of readFileSync(weir.marks, 'utf8').split('\n')) {
    const [id, name, at] = line.split(' ')
    if (id && name === what) marks.set(id, Number(at))
  }
  return marks
}

/** Ticks of `/proc/…/stat` a second, as Linux tells everybody. */
const TICKS_A_SECOND = 100

/** Processor time of processes and, unless `alone`, their descendants, in milliseconds (Linux). */
export function cpuOf(pids: readonly number[], { alone = false } = {}): number {
  let ticks = 0
  for (const pid of alone ? pids : withDescendants(pids)) {
    try {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
      ticks += Number(fields[11]) + Number(fields[12])
    } catch {
      // it has ended meanwhile
    }
  }
  return (ticks * 1_000) / TICKS_A_SECOND
}

/** Proportional set size of processes and their descendants, in MiB (Linux). */
export function memoryOf(pids: readonly number[]): number {
  let kib = 0
  for (const pid of withDescendants(pids)) {
    try {
      kib += Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0)
    } catch {
      // it has ended meanwhile
    }
  }
  return kib / 1024
}

function withDescendants(pids: readonly number[]): Set<number> {
  const all = new Set<number>()
  const visit = (pid: number): void => {
    if (all.has(pid)) return
    all.add(pid)
    const children = `/proc/${pid}/task/${pid}/children`
    if (existsSync(children)) for (const child of readFileSync(children, 'utf8').split(' ').filter(Boolean)) visit(Number(child))
  }
  for (const pid of pids) visit(pid)
  return all
}
