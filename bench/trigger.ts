/**
 * From *now* to *my code runs*: API call sent → assignment on a worker's socket; and through the real worker, a fresh process per run:
 * API call sent → RUNNING → first line of user code → COMPLETED visible to a subscriber. One run at a time.
 */
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startGraphileWorker } from './peers/graphile-worker/peer.ts'
import { startPrefect } from './peers/prefect/peer.ts'
import { type BenchReport, environment, type Row } from './report.ts'
import { percentile, summarise } from './statistics.ts'
import { type BenchedWeir, connectSocketWorker, readMarks, startWeir } from './weir.ts'

const RUNS = Number(process.env.WEIR_BENCH_RUNS ?? 200)
const PEER_RUNS = 8
const CREATE = `mutation ($name: String!) { createFlowRun(input: { deploymentName: $name }) { __typename ... on CreateFlowRunSuccess { flowRun { uuid } } ... on Error { message } } }`
/** Between two runs, so that each finds the system at rest and a booted spare. */
const PAUSE = 150

const now = () => performance.timeOrigin + performance.now()

export async function trigger({ peer }: { peer: boolean }): Promise<BenchReport> {
  const rows: Row[] = []
  const ratios: BenchReport['ratios'] = []
  const notes: string[] = []
  const weir = await startWeir()
  try {
    const bare = await assignments(weir)
    rows.push({
      name: 'call → assignment on the socket',
      value: summarise(bare),
      target: [
        { at: 'p50', atMost: 5 },
        { at: 'p99', atMost: 20 },
      ],
    })
    await weir.weir('work-pool', 'create', 'bench', '--type', 'process')
    for (const [name, flags] of [
      ['preloaded', []],
      ['plain', ['--no-preload']],
      ['reused', ['--reuse']],
    ] as const) {
      await weir.weir('deploy', `${path.join(import.meta.dirname, 'flows', 'noop.ts')}:noop`, '--name', name, '--pool', 'bench', ...flags)
    }
    await weir.startWorker('bench', '--limit', '4', '--spares', '2')
    const preloaded = await lifecycles(weir, 'bench-noop/preloaded')
    rows.push({ name: 'call → RUNNING (recorded)', value: summarise(preloaded.running) })
    rows.push({
      name: 'call → first line, spare with the module',
      value: summarise(preloaded.firstLine),
      target: [
        { at: 'p50', atMost: 10 },
        { at: 'p99', atMost: 40 },
      ],
    })
    rows.push({ name: 'call → COMPLETED seen by a subscriber', value: summarise(preloaded.completed) })
    const plain = await lifecycles(weir, 'bench-noop/plain')
    rows.push({ name: 'call → first line, plain spare', value: summarise(plain.firstLine), target: [{ at: 'p50', atMost: 20 }] })
    const reused = await lifecycles(weir, 'bench-noop/reused')
    rows.push({ name: 'call → first line, reused runner', value: summarise(reused.firstLine), target: [{ at: 'p50', atMost: 8 }] })
    if (peer) {
      rows.push(
        ...(await besidePrefect({ running: percentile(preloaded.running, 0.5), firstLine: percentile(preloaded.firstLine, 0.5) }, ratios, notes)),
      )
      rows.push(await besideGraphileWorker(percentile(bare, 0.5), ratios, notes))
    }
  } finally {
    await weir.stop()
  }
  return {
    bench: 'trigger',
    rows,
    ratios,
    notes,
    notMeasured: [
      'a network between client, control plane and worker',
      'Neon: hosted adds two round trips to the database per trigger',
      'Prefect on PostgreSQL',
    ],
    environment: environment(),
  }
}

/** Its worker and `flow.serve`, each as it comes and polling each second. */
async function besidePrefect(ours: { running: number; firstLine: number }, ratios: BenchReport['ratios'], notes: string[]): Promise<Row[]> {
  const rows: Row[] = []
  for (const [serve, pollSeconds] of [
    [false, 1],
    [false, undefined],
    [true, 1],
    [true, undefined],
  ] as const) {
    const prefect = await startPrefect({ serve, ...(pollSeconds === undefined ? {} : { pollSeconds }) })
    try {
      notes.push(`${prefect.version}: ${PEER_RUNS} runs, the first not counted`)
      await prefect.trigger()
      const running: number[] = []
      const firstLine: number[] = []
      for (let run = 0; run < PEER_RUNS; run += 1) {
        const times = await prefect.trigger()
        running.push(times.running)
        firstLine.push(times.firstLine)
      }
      const setting = pollSeconds === undefined ? 'default' : 'tuned'
      const who = serve ? 'serve' : 'worker'
      rows.push({ name: `Prefect ${who} (${setting}) call → RUNNING`, value: summarise(running) })
      rows.push({ name: `Prefect ${who} (${setting}) call → first line`, value: summarise(firstLine) })
      ratios.push({ name: `prefect-${who}-${setting}-to-running`, ratio: percentile(running, 0.5) / ours.running })
      ratios.push({ name: `prefect-${who}-${setting}-to-first-line`, ratio: percentile(firstLine, 0.5) / ours.firstLine })
    } finally {
      await prefect.stop()
    }
  }
  return rows
}

/** A queue that keeps nothing but jobs, beside the way from a call to a worker's socket. */
async function besideGraphileWorker(ours: number, ratios: BenchReport['ratios'], notes: string[]): Promise<Row> {
  const graphile = await startGraphileWorker()
  try {
    notes.push(graphile.version)
    const times: number[] = []
    for (let run = 0; run < RUNS + 20; run += 1) {
      const time = await graphile.trigger()
      if (run >= 20) times.push(time)
      await sleep(5)
    }
    ratios.push({ name: 'graphile-worker-to-assignment', ratio: percentile(times, 0.5) / ours })
    return { name: 'graphile-worker call → job', value: summarise(times) }
  } finally {
    await graphile.stop()
  }
}

async function create(weir: BenchedWeir, name: string): Promise<string> {
  const { createFlowRun: result } = await weir.ask<{ createFlowRun: { flowRun?: { uuid: string }; message?: string } }>(CREATE, { name })
  if (!result.flowRun) throw new Error(result.message)
  return result.flowRun.uuid
}

/** The bare path, with a socket that only listens. */
async function assignments(weir: BenchedWeir): Promise<number[]> {
  await weir.weir('work-pool', 'create', 'socket', '--type', 'process')
  await weir.weir('deploy', `${path.join(import.meta.dirname, 'flows', 'noop.ts')}:noop`, '--name', 'socket', '--pool', 'socket')
  const arrived: number[] = []
  const { close } = await connectSocketWorker(weir, 'socket', RUNS + 50, () => arrived.push(now()))
  const times: number[] = []
  for (let run = 0; run < RUNS + 20; run += 1) {
    const begin = now()
    await create(weir, 'bench-noop/socket')
    while (arrived.length <= run) await sleep(1)
    if (run >= 20) times.push((arrived[run] as number) - begin)
    await sleep(5)
  }
  close()
  return times
}

interface Lifecycles {
  running: number[]
  firstLine: number[]
  completed: number[]
}

/** Runs through the real worker; the first ones warm the spares and are not counted. */
async function lifecycles(weir: BenchedWeir, deployment: string): Promise<Lifecycles> {
  const seen = new Map<string, () => void>()
  const stop = await weir.listen<{ flowRunsChanged: { flowRuns: { uuid: string; state: { type: string } }[] } }>(
    'subscription { flowRunsChanged { cursor flowRuns { uuid state { type } } } }',
    {},
    ({ flowRunsChanged }) => {
      for (const { uuid, state } of flowRunsChanged.flowRuns) if (state.type === 'COMPLETED') seen.get(uuid)?.()
    },
  )
  const begun: { id: string; begin: number; completed: number }[] = []
  for (let run = 0; run < RUNS + 5; run += 1) {
    const begin = now()
    const id = await create(weir, deployment)
    const end = await new Promise<number>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`run ${id} was not seen COMPLETED within 30 s`)), 30_000)
      seen.set(id, () => {
        clearTimeout(timer)
        resolve(now())
      })
      // It may have ended before its id was known here.
      void weir
        .ask<{ flowRun: { state: { type: string } } }>('query ($id: ID!) { flowRun(id: $id) { state { type } } }', { id })
        .then(({ flowRun }) => {
          if (flowRun.state.type === 'COMPLETED') seen.get(id)?.()
        }, reject)
    })
    if (run >= 5) begun.push({ id, begin, completed: end - begin })
    await sleep(PAUSE)
  }
  stop()
  const firstLines = readMarks(weir, 'first-line')
  const running: number[] = []
  for (const { id, begin } of begun) {
    const { flowRun } = await weir.ask<{ flowRun: { startTime: string } }>('query ($id: ID!) { flowRun(id: $id) { startTime } }', { id })
    running.push(Date.parse(flowRun.startTime) - begin)
  }
  return {
    running,
    firstLine: begun.map(({ id, begin }) => (firstLines.get(id) ?? Number.NaN) - begin),
    completed: begun.map(({ completed }) => completed),
  }
}
