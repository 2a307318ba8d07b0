/**
 * graphile-worker beside us: a bare job queue on PostgreSQL with LISTEN/NOTIFY, from npm, in a throw-away folder, on an embedded PostgreSQL of its own with
 * the settings of ours. It keeps no states, leases or history: what it takes from a call to the first line of a job is the floor of such a system.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startBenchedPostgres } from '../../postgres.ts'

const VERSION = '0.18.0'

interface Runner {
  addJob(identifier: string, payload: unknown): Promise<unknown>
  stop(): Promise<void>
}
interface GraphileWorker {
  run(options: object): Promise<Runner>
  Logger: new (factory: () => () => void) => unknown
}

export interface GraphilePeer {
  version: string
  /** Adds one job; milliseconds from the call to the first line of its task. */
  trigger(): Promise<number>
  stop(): Promise<void>
}

/** Installed once into the system's temporary folder. */
function load(): GraphileWorker {
  const folder = path.join(tmpdir(), `weir-bench-graphile-worker-${VERSION}`)
  if (!existsSync(path.join(folder, 'node_modules', 'graphile-worker'))) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(path.join(folder, 'package.json'), '{ "private": true }')
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', `graphile-worker@${VERSION}`], { cwd: folder, stdio: 'ignore' })
  }
  return createRequire(path.join(folder, 'package.json'))('graphile-worker') as GraphileWorker
}

export async function startGraphileWorker(): Promise<GraphilePeer> {
  const { run, Logger } = load()
  const postgres = await startBenchedPostgres()
  const begun: (() => void)[] = []
  const runner = await run({
    connectionString: postgres.url,
    concurrency: 4,
    noHandleSignals: true,
    logger: new Logger(() => () => {}),
    taskList: { noop: () => begun.shift()?.() },
  })
  return {
    version: `graphile-worker ${VERSION}, its own PostgreSQL, 4 jobs at a time, caller and worker in one process`,
    trigger: async () => {
      const begin = performance.now()
      const first = new Promise<number>((resolve) => begun.push(() => resolve(performance.now() - begin)))
      await runner.addJob('noop', {})
      return first
    },
    stop: async () => {
      await runner.stop()
      await postgres.stop()
    },
  }
}
