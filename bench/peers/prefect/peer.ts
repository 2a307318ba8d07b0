/**
 * Prefect 3 beside us: its server, its process worker and its engine, from PyPI, in a throw-away virtual environment with a PREFECT_HOME of its own.
 * The versions are the ones that work together: with the newest FastAPI its server does not start, with SQLAlchemy 2.1 its scheduler makes no runs.
 * Two settings are measured: its defaults (it polls every 10 s) and a tuned one (each second), with its process worker and with `flow.serve`.
 * Database: SQLite, its default.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const PACKAGES = ['prefect==3.8.4', 'fastapi==0.150.0', 'sqlalchemy==2.0.58']
const FLOWS = new URL('./', import.meta.url).pathname

export interface PrefectPeer {
  version: string
  /** Runs one deployment run and returns its instants relative to the API call, in milliseconds. */
  trigger(): Promise<{ running: number; firstLine: number; completed: number }>
  /** Milliseconds in the flow's body of `count` tasks, one after another or mapped. */
  steps(kind: 'steps' | 'mapped', count: number): number
  /** Milliseconds until the server answered and until the worker was online, each from its command. */
  waited: { server: number; worker: number }
  /** The server and the worker, for their memory. */
  pids(): number[]
  stop(): Promise<void>
}

/** `WEIR_BENCH_PREFECT_VENV` names a virtual environment to use; otherwise one is made under the system's temporary folder. */
function virtualEnvironment(): string {
  const given = process.env.WEIR_BENCH_PREFECT_VENV
  const folder = given ?? path.join(tmpdir(), 'weir-bench-prefect')
  if (!existsSync(path.join(folder, 'bin', 'prefect'))) {
    execFileSync('python3', ['-m', 'venv', folder], { stdio: 'inherit' })
    execFileSync(path.join(folder, 'bin', 'pip'), ['install', '--quiet', ...PACKAGES], { stdio: 'inherit' })
  }
  return path.join(folder, 'bin')
}

/** The programs of Prefect's virtual environment, for commands that need no server. */
export const prefectPrograms = (): { prefect: string; python: string; packages: string } => {
  const bin = virtualEnvironment()
  return { prefect: path.join(bin, 'prefect'), python: path.join(bin, 'python'), packages: path.join(path.dirname(bin), 'lib') }
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })

/** `serve`: the flow's process takes its runs itself, without a work pool and a worker. */
export async function startPrefect(options: { pollSeconds?: number; serve?: boolean } = {}): Promise<PrefectPeer> {
  const bin = virtualEnvironment()
  const home = mkdtempSync(path.join(tmpdir(), 'weir-bench-prefect-home-'))
  const marks = path.join(home, 'marks')
  writeFileSync(marks, '')
  const port = await freePort()
  const url = `http://127.0.0.1:${port}/api`
  const env = {
    ...process.env,
    PATH: `${bin}:${process.env.PATH}`,
    PREFECT_HOME: home,
    PREFECT_API_URL: url,
    PREFECT_SERVER_ANALYTICS_ENABLED: 'false',
    PREFECT_SERVER_ALLOW_EPHEMERAL_MODE: 'false',
    PREFECT_CLI_PROMPT: 'false',
    DO_NOT_TRACK: '1',
    PREFECT_LOGGING_LEVEL: 'WARNING',
    BENCH_MARKS: marks,
    ...(options.pollSeconds === undefined
      ? {}
      : { PREFECT_WORKER_QUERY_SECONDS: String(options.pollSeconds), PREFECT_RUNNER_POLL_FREQUENCY: String(options.pollSeconds) }),
  }
  const children: ChildProcess[] = []
  const start = (args: string[], program = 'prefect'): void => {
    children.push(spawn(path.join(bin, program), args, { env, cwd: FLOWS, stdio: 'ignore', detached: true }))
  }
  const stop = async (): Promise<void> => {
    for (const child of children.reverse()) {
      if (child.pid === undefined || child.exitCode !== null) continue
      const ended = new Promise((resolve) => child.once('exit', resolve))
      process.kill(-child.pid, 'SIGTERM')
      await Promise.race([ended, sleep(8_000)])
      try {
        process.kill(-child.pid, 'SIGKILL')
      } catch {
        // already gone
      }
    }
    rmSync(home, { recursive: true, force: true })
  }

  /** As Prefect's own client does, a 503 (its SQLite was locked) is tried again. Each call has a connection of its own: uvicorn closes idle ones. */
  const call = async <T>(method: string, route: string, body?: unknown, tries = 10): Promise<T> => {
    const response = await fetch(`${url}${route}`, {
      method,
      headers: { 'content-type': 'application/json', connection: 'close' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (response.status === 503 && tries > 1) {
      await sleep(200)
      return call(method, route, body, tries - 1)
    }
    if (!response.ok) throw new Error(`prefect ${method} ${route}: ${response.status} ${await response.text()}`)
    return (await response.json()) as T
  }
  const until = async <T>(what: string, seconds: number, probe: () => Promise<T | undefined>): Promise<T> => {
    const deadline = Date.now() + seconds * 1000
    while (Date.now() < deadline) {
      const found = await probe().catch(() => undefined)
      if (found !== undefined) return found
      await sleep(20)
    }
    throw new Error(`prefect: no ${what} within ${seconds} s`)
  }

  const serveFlow = (): Promise<{ id: string }> => {
    start(['flows.py', 'serve'], 'python')
    return until('served flow', 60, () => call<{ id: string }>('GET', '/deployments/name/bench-noop/bench'))
  }
  const startWorker = async (): Promise<{ id: string }> => {
    execFileSync(path.join(bin, 'prefect'), ['work-pool', 'create', 'bench', '--type', 'process'], { env, stdio: 'ignore' })
    const flow = await call<{ id: string }>('POST', '/flows/', { name: 'bench-noop' })
    const deployment = await call<{ id: string }>('POST', '/deployments/', {
      name: 'bench',
      flow_id: flow.id,
      work_pool_name: 'bench',
      entrypoint: 'flows.py:noop',
      path: FLOWS,
      pull_steps: [{ 'prefect.deployments.steps.set_working_directory': { directory: FLOWS } }],
    })
    start(['worker', 'start', '--pool', 'bench', '--type', 'process'])
    await until('worker online', 60, async () => {
      const workers = await call<{ status: string }[]>('POST', '/work_pools/bench/workers/filter', {})
      return workers.some((worker) => worker.status === 'ONLINE') ? true : undefined
    })
    return deployment
  }

  try {
    const serverBegin = performance.now()
    start(['server', 'start', '--host', '127.0.0.1', '--port', String(port)])
    await until('healthy server', 90, async () => ((await call<boolean>('GET', '/health')) ? true : undefined))
    const server = performance.now() - serverBegin
    const workerBegin = performance.now()
    const deployment = options.serve === true ? await serveFlow() : await startWorker()
    const worker = performance.now() - workerBegin

    const trigger = async () => {
      const begin = Date.now()
      const run = await call<{ id: string }>('POST', `/deployments/${deployment.id}/create_flow_run`, { state: { type: 'SCHEDULED' } })
      const done = await until('finished run', 120, async () => {
        const now = await call<{ state_type: string; start_time: string }>('GET', `/flow_runs/${run.id}`)
        return ['COMPLETED', 'FAILED', 'CRASHED'].includes(now.state_type) ? now : undefined
      })
      const completed = Date.now() - begin
      if (done.state_type !== 'COMPLETED') throw new Error(`prefect: the run ended ${done.state_type}`)
      const line = readFileSync(marks, 'utf8')
        .split('\n')
        .find((text) => text.startsWith(`${run.id} first-line `))
      return { running: Date.parse(done.start_time) - begin, firstLine: Number(line?.split(' ')[2]) - begin, completed }
    }
    const steps = (kind: 'steps' | 'mapped', count: number): number => {
      const out = execFileSync(path.join(bin, 'python'), [path.join(FLOWS, 'flows.py'), kind, String(count)], {
        env,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      })
      return Number(/BODY_MS ([\d.]+)/.exec(out)?.[1])
    }
    const version = execFileSync(path.join(bin, 'python'), ['-c', 'import prefect; print(prefect.__version__)'], { env, encoding: 'utf8' }).trim()
    return {
      version: `Prefect ${version}, SQLite, ${options.serve ? 'flow.serve' : 'worker'} polls every ${options.pollSeconds ?? 10} s`,
      trigger,
      steps,
      waited: { server, worker },
      pids: () => children.flatMap((child) => child.pid ?? []),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}
