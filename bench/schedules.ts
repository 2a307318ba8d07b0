/**
 * 500 schedules due on the same second over 100 pools, each pool with a worker that speaks the protocol from this process: how long after its instant an
 * assignment is on its worker's socket; occurrences that nobody got and occurrences that somebody got twice. Three such seconds, ten seconds apart.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { schedulesOfPrefect } from './peers/prefect/schedules.ts'
import { type BenchReport, environment, NOBODY } from './report.ts'
import { percentile, summarise } from './statistics.ts'
import { connectSocketWorker, startWeir } from './weir.ts'

const POOLS = Number(process.env['WEIR_BENCH_POOLS'] ?? 100)
const SCHEDULES = 5
const SECONDS = 3
/** Between the seconds. */
const APART = 10_000
const TOGETHER = 10

const SAVE = `mutation ($pool: String!, $deployment: SaveDeploymentInput!) {
  createWorkPool(input: { name: $pool }) { ... on Error { message } }
  saveDeployment(input: $deployment) { ... on Error { message } }
}`

const now = () => performance.timeOrigin + performance.now()

export async function schedules({ peer }: { peer: boolean }): Promise<BenchReport> {
  const { lags, ...report } = await measure()
  const beside = peer ? await schedulesOfPrefect(percentile(lags, 0.5)) : NOBODY
  return { ...report, rows: [...report.rows, ...beside.rows], ratios: beside.ratios, notes: [...report.notes, ...beside.notes] }
}

async function measure(): Promise<BenchReport & { lags: number[] }> {
  const weir = await startWeir()
  try {
    // Time for the deployments and workers to be there; then the same second for all.
    const first = Math.ceil((now() + 20_000 + POOLS * 400) / 1_000) * 1_000
    const due = Array.from({ length: SECONDS }, (_, index) => first + index * APART)
    const arrivals = new Map<string, number[]>()
    const workers: Awaited<ReturnType<typeof connectSocketWorker>>[] = []
    const begin = now()
    for (let from = 0; from < POOLS; from += TOGETHER) {
      const together = Array.from({ length: Math.min(TOGETHER, POOLS - from) }, async (_, index) => {
        const pool = `pool-${from + index}`
        const at = (instant: number) => new Date(instant).toISOString()
        const deployment = {
          flowName: 'bench',
          name: pool,
          entrypoint: 'bench.ts:bench',
          path: '/bench',
          workPoolName: pool,
          schedules: Array.from({ length: SCHEDULES }, (_, number) => ({
            slug: `schedule-${number}`,
            schedule: { interval: APART / 1_000, anchor: at(first).slice(0, 19), start: at(first), end: at(first + (SECONDS - 1) * APART + 1) },
          })),
        }
        const answer = await weir.ask<Record<string, { message?: string }>>(SAVE, { pool, deployment })
        for (const { message } of Object.values(answer)) if (message) throw new Error(message)
        workers.push(
          await connectSocketWorker(weir, pool, SCHEDULES * SECONDS, (flowRunId) => {
            arrivals.set(flowRunId, [...(arrivals.get(flowRunId) ?? []), now()])
          }),
        )
      })
      await Promise.all(together)
    }
    const prepared = now() - begin
    if (now() > first - 2_000) throw new Error(`the ${POOLS} pools were not ready in time: ${Math.round(prepared)} ms`)
    await sleep((due.at(-1) as number) - now() + 15_000)

    const made = await occurrences(weir)
    const lags = made.flatMap(({ uuid, occurrence }) => {
      const [arrived] = arrivals.get(uuid) ?? []
      return arrived === undefined ? [] : [arrived - occurrence]
    })
    const expected = POOLS * SCHEDULES * SECONDS
    const distinct = new Set(made.map(({ schedule, occurrence }) => `${schedule}/${occurrence}`)).size
    for (const { close } of workers) close()
    return {
      lags,
      bench: 'schedules',
      rows: [
        {
          name: `${POOLS * SCHEDULES} due on one second: instant → on the worker's socket`,
          value: summarise(lags),
          target: [{ at: 'p99', atMost: 1_000 }],
        },
        { name: 'occurrences made', value: made.length, unit: 'runs', target: [{ atLeast: expected }] },
        { name: 'lost: never made, or never on a wire', value: expected - lags.length, unit: 'runs' },
        {
          name: 'doubled: made twice, or sent to a worker twice',
          value: made.length - distinct + [...arrivals.values()].filter(({ length }) => length > 1).length,
          unit: 'runs',
        },
        { name: `${POOLS} deployments with ${SCHEDULES} schedules each, saved and filled, with a worker each`, value: prepared },
      ],
      ratios: [],
      notes: [`${SECONDS} such seconds, ${APART / 1_000} s apart, over ${POOLS} pools`],
      notMeasured: ['a network between workers and control plane', 'user code: workers hold what they get'],
      environment: environment(),
    }
  } finally {
    await weir.stop()
  }
}

interface Occurrence {
  uuid: string
  occurrence: number
  schedule: string
}

async function occurrences(weir: Awaited<ReturnType<typeof startWeir>>): Promise<Occurrence[]> {
  const found: Occurrence[] = []
  let after: string | null = null
  do {
    const page: {
      flowRuns: {
        nodes: { uuid: string; occurrence: string; schedule: { uuid: string } }[]
        pageInfo: { hasNextPage: boolean; endCursor: string }
      }
    } = await weir.ask(
      'query ($after: String) { flowRuns(first: 200, after: $after) { nodes { uuid occurrence schedule { uuid } } pageInfo { hasNextPage endCursor } } }',
      { after },
    )
    const { nodes, pageInfo } = page.flowRuns
    found.push(...nodes.map(({ uuid, occurrence, schedule }) => ({ uuid, occurrence: Date.parse(occurrence), schedule: schedule.uuid })))
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null
  } while (after !== null)
  return found
}
