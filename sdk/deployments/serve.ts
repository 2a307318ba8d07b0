/** `serve`: deploys flows and runs their runs on this machine until the process is told to stop. A deployment and a worker in one call. */
import { hostname } from 'node:os'
import { readVersion, runnerMain } from '../cli/package-files.ts'
import { startWorker } from '../worker/start-worker.ts'
import { askFor, type Deployment, listOf, makePool, openControlPlane, prepareDeployments, type SavedDeployment, saveDeployments } from './deploy.ts'

/** How deployments are served. */
export interface ServeOptions {
  /** Runs at a time in all; by default 10. */
  limit?: number
  /** Work pool for those that name none; by default `serve-HOST`. Made when it is missing. */
  pool?: string
  /** Whether the deployments are paused while nobody serves them, so that schedules pile nothing up; by default true. */
  pauseOnStop?: boolean
  /** Aborting it ends the serving, like the first Ctrl-C. */
  signal?: AbortSignal
  /** Told once runs are taken. */
  onReady?(deployments: SavedDeployment[]): void
}

const change = (verb: 'pauseDeployment' | 'resumeDeployment', success: string) =>
  `mutation Change($id: ID!) { result: ${verb}(input: { id: $id }) { __typename ... on ${success} { deployment { uuid } } ... on Error { message code hint } } }`
const PAUSE = change('pauseDeployment', 'PauseDeploymentSuccess')
const RESUME = change('resumeDeployment', 'ResumeDeploymentSuccess')

/** What runs have to end after the second signal, in milliseconds. */
const STOP_GRACE = 10_000

/** See `serve` of the package. `worker`: which queues of the pools it takes runs of (none = all), and under which name. */
export async function serveDeployments(
  deployments: Deployment | readonly Deployment[],
  options: ServeOptions = {},
  worker: { queues: string[]; name: string } = { queues: [], name: `serve-${hostname()}-${process.pid}` },
): Promise<void> {
  const { limit = 10, pauseOnStop = true } = options
  const list = listOf(deployments)
  const pool = options.pool ?? `serve-${hostname()}`
  const pools = [...new Set(prepareDeployments(list, pool).map(({ workPool }) => workPool))]
  const controlPlane = openControlPlane('serve')
  for (const name of pools) await makePool(controlPlane, name)
  const saved = await saveDeployments(list, { pool })
  for (const { id } of saved) await askFor(controlPlane, RESUME, { id })
  const workers = pools.map((workPool) =>
    startWorker({
      apiUrl: controlPlane.apiUrl,
      apiKey: controlPlane.credential() ?? '',
      workPool,
      name: worker.name,
      limit,
      spares: 1,
      queues: worker.queues,
      labels: {},
      home: controlPlane.home,
      runnerMain: runnerMain(),
      version: readVersion(),
      timeScale: Number(process.env['WEIR_TIME_SCALE']) || 1,
      onNote({ level, message, run }) {
        if (level !== 'debug') process.stderr.write(`weir: ${run ? `${run.name}: ` : ''}${message}\n`)
      },
    }),
  )
  const told = untilTold(options.signal)
  const refused = Promise.race(workers.map((worker) => worker.refused))
  try {
    await Promise.race([Promise.all(workers.map((worker) => worker.ready)), refused])
    process.stderr.write(`weir: serving ${saved.map(({ fullName }) => fullName).join(', ')} (Ctrl-C ends it)\n`)
    options.onReady?.(saved)
    await Promise.race([told.once, Promise.all(workers.map((worker) => worker.dismissed)), refused])
    if (pauseOnStop) await Promise.all(saved.map(({ id }) => askFor(controlPlane, PAUSE, { id }))).catch(() => {})
    const drained = Promise.all(workers.map((worker) => worker.drain()))
    await Promise.race([drained, told.twice.then(() => Promise.all(workers.map((worker) => worker.stop(STOP_GRACE))))])
  } catch (error) {
    await Promise.all(workers.map((worker) => worker.stop(0)))
    throw error
  } finally {
    told.forget()
  }
}

function untilTold(signal: AbortSignal | undefined): { once: Promise<void>; twice: Promise<void>; forget(): void } {
  const once = Promise.withResolvers<void>()
  const twice = Promise.withResolvers<void>()
  let count = 0
  const tell = () => {
    count += 1
    if (count === 1) once.resolve()
    else twice.resolve()
  }
  const names = ['SIGINT', 'SIGTERM'] as const
  for (const name of names) process.on(name, tell)
  if (signal?.aborted) tell()
  signal?.addEventListener('abort', tell, { once: true })
  return {
    once: once.promise,
    twice: twice.promise,
    forget() {
      for (const name of names) process.off(name, tell)
      signal?.removeEventListener('abort', tell)
    },
  }
}
