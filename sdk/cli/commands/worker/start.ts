import { shellWord } from '../../shell-word.ts'
import { hostname } from 'node:os'
import { ConnectionRefused } from '../../../worker/connection.ts'
import { type MetricsServer, serveMetrics } from '../../../worker/serve-metrics.ts'
import { startWorker, type WorkerNote } from '../../../worker/start-worker.ts'
import { Failure, noAccess, wrongUse } from '../../failure.ts'
import { readVersion, runnerMain } from '../../package-files.ts'
import { readEnvFiles } from '../../read-env-files.ts'
import { successOf } from '../../read-result.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, openSession, type Session, settled } from '../../session.ts'
import { showClock } from '../../show-time.ts'
import { say, styleError } from '../../terminal.ts'
import { CREATE } from '../work-pool/documents.ts'
import { readTimeScale } from '../read-time-scale.ts'
import { unknownWorkPool } from '../work-pool/find-work-pool.ts'

interface Options extends CommonOptions {
  pool: string
  limit: number
  spares: number
  name?: string
  queue?: string[]
  label?: string[]
  createPool?: boolean
  envFile?: string[]
  metricsPort?: number
}

/** What runs have to end after the second signal, in milliseconds. */
const STOP_GRACE = 10_000

/** `weir worker start`: serves until it is told to stop. Exit code 0 after a drain, 3 when the control plane sends it away. */
export async function execute(_: string[], options: Options): Promise<number> {
  const begin = performance.now()
  readEnvFiles(options.envFile)
  const session = openSession(options)
  const { settings, json } = session
  if (settings.apiKey === null) throw noAccess('NO_API_KEY', `There is no API key for ${settings.apiUrl}.`, 'Set WEIR_API_KEY to a worker key.')
  if (options.createPool) await createPool(session, options.pool)
  const start = {
    apiUrl: settings.apiUrl as string,
    apiKey: settings.apiKey,
    workPool: options.pool,
    name: options.name ?? `${hostname()}-${process.pid}`,
    limit: options.limit,
    spares: options.spares,
    queues: options.queue ?? [],
    labels: readLabels(options.label),
    home: settings.home,
    runnerMain: runnerMain(),
    version: readVersion(),
    timeScale: readTimeScale(),
    onNote: json ? (note: WorkerNote) => say(JSON.stringify(note)) : showNote,
  }
  const worker = settled(() => startWorker(start))
  const metrics = options.metricsPort === undefined ? null : await showMetrics(options.metricsPort, worker)
  const stopped = new Promise<number>((resolve) => {
    let signals = 0
    const onSignal = () => {
      signals += 1
      // Once ready or not: what was never connected has nothing to wait for.
      if (signals === 1) worker.drain().then(() => resolve(0))
      if (signals === 2) worker.stop(STOP_GRACE).then(() => resolve(0))
      if (signals === 3) worker.stop(0).then(() => resolve(1))
    }
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal)
    // It counts as no signal: whoever stops the process meanwhile gets the same drain, and the next one ends it.
    worker.dismissed.then(() => worker.drain()).then(() => resolve(0))
  })
  try {
    const welcome = await Promise.race([worker.ready, stopped])
    if (typeof welcome !== 'number') {
      const slots = options.limit === 1 ? 'one run at a time' : `${options.limit} runs at a time`
      const took = `${Math.round(performance.now() - begin)} ms`
      const message = `ready: serves pool ${welcome.workPool.name}${welcome.workPool.isPaused ? ' (paused)' : ''}, ${slots}, process ${process.pid} (${took})`
      if (json) say(JSON.stringify({ time: Date.now(), level: 'info', event: 'ready', message, welcome, metricsUrl: metrics?.url }))
      else showNote({ time: Date.now(), level: 'info', event: 'ready', message })
      if (metrics && !json) say(`Metrics: ${metrics.url}`)
    }
    return process.exit(await Promise.race([stopped, worker.refused]))
  } catch (error) {
    await worker.stop(0)
    if (error instanceof ConnectionRefused) throw await explainRefusal(session, options, error)
    throw error
  }
}

async function showMetrics(port: number, worker: ReturnType<typeof startWorker>): Promise<MetricsServer> {
  try {
    return await serveMetrics(port, () => worker.metrics())
  } catch (error) {
    await worker.stop(0)
    throw wrongUse(
      'PORT_IN_USE',
      `Metrics cannot be served on port ${port} of 127.0.0.1: ${(error as Error).message}.`,
      'Name another one with --metrics-port.',
    )
  }
}

async function createPool({ client }: Session, name: string): Promise<void> {
  const { created } = successOf((await client.ask(CREATE, { input: { name, type: 'process', ifMissing: true } })).createWorkPool)
  if (created) say(`Created work pool ${name}.`)
}

/** What to do about it, and the exit code. */
async function explainRefusal(session: Session, options: Options, { code, message, hint, status, requestId }: ConnectionRefused): Promise<Failure> {
  const word = code.toUpperCase()
  if (status === 401)
    return noAccess(
      'UNAUTHENTICATED',
      `${session.settings.apiUrl} does not accept the API key.`,
      'Set WEIR_API_KEY to a worker key of this control plane.',
      requestId,
    )
  if (status === 404 || word === 'NOT_FOUND') {
    const how = `Make it with --create-pool, or: weir work-pool create ${shellWord(options.pool)}`
    // A worker key may not list pools; the nearest name is a courtesy.
    return unknownWorkPool(session.client, options.pool, how).catch(() => wrongUse('NOT_FOUND', `There is no work pool "${options.pool}".`, how))
  }
  if (word === 'POOL_TYPE_MISMATCH') return wrongUse(word, message, hint ?? 'This worker starts processes: it serves pools of type process.')
  if (word === 'UNSUPPORTED_PROTOCOL') return new Failure(3, word, message, hint ?? 'Update weirflow: npm install weirflow@latest')
  return noAccess(word, message, hint, requestId)
}

function readLabels(pairs: string[] = []): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const equals = pair.indexOf('=')
      if (equals < 1) throw wrongUse('BAD_LABEL', `"${pair}" is no label.`, 'Expected --label NAME=VALUE, for example --label zone=eu-1.')
      return [pair.slice(0, equals), pair.slice(equals + 1)]
    }),
  )
}

const SHAPES = { debug: styleError('dim', '·'), info: styleError('cyan', '●'), warn: styleError('yellow', '▲'), error: styleError('red', '✕') }

/** One line on stderr; debug notes only with WEIR_DEBUG. */
function showNote({ time, level, event, message, run }: WorkerNote): void {
  if (level === 'debug' && !process.env['WEIR_DEBUG']) return
  // The command ends with it, and says more.
  if (level === 'error' && event === 'refused') return
  const about = run ? `${safeLine(run.name)} ${styleError('dim', run.flowRunId.slice(-8))}  ` : ''
  say(`${styleError('dim', showClock(time))} ${SHAPES[level]} ${about}${safeLine(message)}`)
}
