/**
 * Prefect's server from PyPI, in a throw-away virtual environment with a PREFECT_HOME of its own, its database SQLite, as it comes.
 * The versions are the ones that work together: with the newest FastAPI its server does not start, with SQLAlchemy 2.1 its scheduler makes no runs.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const PACKAGES = ['prefect==3.8.4', 'fastapi==0.150.0', 'sqlalchemy==2.0.58']
/** Where flows.py is; its programs run there. */
export const FLOWS = new URL('./', import.meta.url).pathname

export interface PrefectServer {
  /** `Prefect 3.8.4, SQLite`. */
  version: string
  /** Of its API. */
  url: string
  home: string
  /** File to which its flows write their instants. */
  marks: string
  /** Milliseconds from its command until it answered. */
  took: number
  call<T>(method: string, route: string, body?: unknown): Promise<T>
  /** Looks 50 times a second; throws when nothing was found in time. */
  until<T>(what: string, seconds: number, probe: () => Promise<T | undefined>): Promise<T>
  /** Runs a program of the virtual environment to its end; answers what it printed. */
  run(program: string, args: string[]): string
  /** Starts one that lives until `stop`; answers its pid. */
  start(program: string, args: string[], environment?: Record<string, string>): number
  /** Everything that was started, the server first. */
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

/** `pollSeconds`: how often workers and served flows ask; their default when left out. `prepare`: a program of flows' folder that is run once there is a database, before the server. */
export async function startPrefectServer({ pollSeconds, prepare }: { pollSeconds?: number; prepare?: string[] } = {}): Promise<PrefectServer> {
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
    ...(pollSeconds === undefined ? {} : { PREFECT_WORKER_QUERY_SECONDS: String(pollSeconds), PREFECT_RUNNER_POLL_FREQUENCY: String(pollSeconds) }),
  }
  const children: ChildProcess[] = []
  const start = (program: string, args: string[], environment: Record<string, string> = {}): number => {
    const child = spawn(path.join(bin, program), args, { env: { ...env, ...environment }, cwd: FLOWS, stdio: 'ignore', detached: true })
    children.push(child)
    return child.pid as number
  }
  const run = (program: string, args: string[]): string =>
    execFileSync(path.join(bin, program), args, { env, cwd: FLOWS, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  const stop = async (): Promise<void> => {
    for (const child of children.reverse()) {
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) continue
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
    const text = await response.text()
    if (!response.ok) throw new Error(`prefect ${method} ${route}: ${response.status} ${text}`)
    return (text === '' ? undefined : JSON.parse(text)) as T
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

  try {
    if (prepare) {
      run('prefect', ['server', 'database', 'upgrade', '--yes'])
      run('python', prepare)
    }
    const begin = performance.now()
    start('prefect', ['server', 'start', '--host', '127.0.0.1', '--port', String(port)])
    await until('healthy server', 240, async () => ((await call<boolean>('GET', '/health')) ? true : undefined))
    const took = performance.now() - begin
    const version = `Prefect ${run('python', ['-c', 'import prefect; print(prefect.__version__)']).trim()}, SQLite`
    return { version, url, home, marks, took, call, until, run, start, pids: () => children.flatMap((child) => child.pid ?? []), stop }
  } catch (error) {
    await stop()
    throw error
  }
}
