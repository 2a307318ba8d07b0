/** A worker's side of one runner process, for tests: starts the real one, sends it what a worker sends, and answers its reports like a willing record. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Writable } from 'node:stream'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { newId } from '../../../core/ids.ts'
import type { AssignedDeployment, Assignment } from '../../../core/protocol/assignment.ts'
import type { Directive, Fact, LogLine, RunReport, TaskRunFact } from '../../../core/protocol/reports.ts'
import type { State } from '../../../core/states.ts'
import type { LifelineMessage, MessageToRunner, MessageToWorker } from '../../../sdk/runner/ipc.ts'

const MAIN = fileURLToPath(new URL('../../../sdk/dist/runner/main.js', import.meta.url))
const SDK = pathToFileURL(fileURLToPath(new URL('../../../sdk/dist/index.js', import.meta.url))).href

export interface StartedRunner {
  process: ChildProcess
  messages: MessageToWorker[]
  reports: RunReport[]
  stderr(): string
  send(message: MessageToRunner): void
  /** Begins a run and answers its assignment. */
  run(
    entrypoint: string,
    init?: Partial<Omit<Assignment, 'flowRun' | 'deployment'>> & {
      parameters?: object
      deployment?: Partial<AssignedDeployment>
      apiUrl?: string
      runCount?: number
    },
  ): Assignment
  /** The first message of this type, from now or before. */
  heard<Type extends MessageToWorker['type']>(
    type: Type,
    matches?: (message: Extract<MessageToWorker, { type: Type }>) => boolean,
  ): Promise<Extract<MessageToWorker, { type: Type }>>
  exited: Promise<{ code: number | null; signal: string | null }>
  /** Whether reports are answered. */
  answering: boolean
  /** Added to the next answers. */
  directives: Directive[]
  renew(message: LifelineMessage): void
  /** The worker's end of the lifeline closes, and the channel with it. */
  die(): void
  facts(): Fact[]
  states(): State[]
  taskRuns(): TaskRunFact[]
  logs(): LogLine[]
  folder: string
  spools: string
}

/** Starts a runner in a temporary folder with these files; `weirflow` in them stands for the built SDK. */
export function startRunner(
  files: Record<string, string>,
  { env = {} }: { env?: Record<string, string> } = {},
): StartedRunner & { [Symbol.dispose](): void } {
  const folder = mkdtempSync(join(tmpdir(), 'weir-runner-'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text.replaceAll(`'weirflow'`, `'${SDK}'`))
  const spools = join(folder, 'spools')
  const child = spawn(process.execPath, [MAIN], {
    cwd: tmpdir(),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '', ...env },
  })
  const lifeline = child.stdio[4] as Writable
  lifeline.on('error', () => {})
  let stderr = ''
  child.stdout?.resume()
  child.stderr?.on('data', (chunk) => {
    stderr += String(chunk).replaceAll(/\u001b_weir;[\d.;]+\u001b\\/g, '')
  })
  const messages: MessageToWorker[] = []
  const reports: RunReport[] = []
  const waiting: { type: string; matches: (message: never) => boolean; resolve: (message: never) => void }[] = []
  // What it said last may arrive after the news of its end: it is over when the channel is empty and closed too.
  const silent = new Promise<void>((resolve) => child.on('disconnect', resolve))
  const exited = new Promise<{ code: number | null; signal: string | null }>((resolve) =>
    child.on('exit', (code, signal) => silent.then(() => resolve({ code, signal }))),
  )
  const known = new Map<string, string>()
  const started: StartedRunner = {
    process: child,
    messages,
    reports,
    folder,
    spools,
    exited,
    answering: true,
    directives: [],
    stderr: () => stderr,
    send: (message) => void (child.connected && child.send(message)),
    run(entrypoint, { parameters = {}, deployment = {}, apiUrl = 'http://127.0.0.1:9', runCount = 0, ...init } = {}) {
      const now = Date.now()
      const assignment: Assignment = {
        flowRunId: newId(),
        epoch: 1,
        claimedAt: now,
        mayStart: true,
        stateId: newId(),
        runToken: 'token',
        fence: 75_000,
        flow: { id: newId(), name: 'tested' },
        flowRun: {
          name: 'tested-run',
          parameters: parameters as never,
          tags: [],
          runCount,
          scheduledTime: null,
          createdAt: now,
          url: 'http://127.0.0.1/x',
        },
        watched: false,
        ...init,
        deployment: {
          id: newId(),
          name: 'd',
          versionId: newId(),
          version: 1,
          entrypoint,
          path: folder,
          contentHash: null,
          jobVariables: {},
          reuse: false,
          preload: true,
          onContactLost: 'continue',
          startAgain: false,
          retries: null,
          ...deployment,
        },
      }
      const clock = { serverTime: now, wall: now, monotonic: Number(process.hrtime.bigint()) / 1e6 }
      started.send({ type: 'run', assignment, receivedAt: now, settings: { apiUrl, spoolFolder: spools, clock, timeScale: 1 } })
      return assignment
    },
    heard(type, matches = () => true) {
      const before = messages.find((message) => message.type === type && matches(message as never))
      if (before) return Promise.resolve(before as never)
      return new Promise((resolve) => waiting.push({ type, matches: matches as never, resolve: resolve as never }))
    },
    renew: (message) => void lifeline.write(`${JSON.stringify(message)}\n`),
    die() {
      child.disconnect()
      lifeline.destroy()
    },
    facts: () => reports.flatMap(({ facts }) => facts),
    states: () => started.facts().flatMap((fact) => (fact.kind === 'flow-run-state' ? [fact.state] : [])),
    taskRuns: () => [...new Map(started.facts().flatMap((fact) => (fact.kind === 'task-run' ? [[fact.taskRunId, fact] as const] : []))).values()],
    logs: () => started.facts().flatMap((fact) => (fact.kind === 'logs' ? fact.lines : [])),
  }
  child.on('message', (raw) => {
    const message = raw as MessageToWorker
    messages.push(message)
    if (message.type === 'report' && started.answering) {
      const { report } = message
      if (!reports.some(({ n, flowRunId }) => n === report.n && flowRunId === report.flowRunId)) reports.push(report)
      const last = report.facts.findLast((fact) => fact.kind === 'flow-run-state')
      if (last?.kind === 'flow-run-state') known.set(report.flowRunId, last.state.id)
      const { flowRunId, epoch, n } = report
      const answer = {
        flowRunId,
        epoch,
        acknowledged: n,
        stateId: known.get(flowRunId) ?? report.stateId,
        stateType: null,
        fence: 75_000,
        directives: started.directives,
      }
      started.send({ type: 'answer', n, answers: Date.now(), answer })
    }
    for (const wait of waiting.filter(({ type, matches }) => type === message.type && matches(message as never))) {
      waiting.splice(waiting.indexOf(wait), 1)
      wait.resolve(message as never)
    }
  })
  return Object.assign(started, {
    [Symbol.dispose]() {
      if (child.exitCode === null && child.pid !== undefined) {
        try {
          process.kill(-child.pid, 'SIGKILL')
        } catch {
          // Gone already.
        }
      }
      rmSync(folder, { recursive: true, force: true })
    },
  })
}
