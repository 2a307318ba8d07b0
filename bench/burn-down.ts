/** A queue that is worked off: 10,000 waiting runs that do nothing, then a worker with 64 slots and reused runners. Whole lifecycles per second. */
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { burnDownOfPrefect } from './peers/prefect/burn-down.ts'
import { type BenchReport, environment, NOBODY, type Row } from './report.ts'
import { type BenchedWeir, startWeir } from './weir.ts'

const RUNS = Number(process.env.WEIR_BENCH_QUEUED ?? 10_000)
const SLOTS = 64
/** Runs created by one request, and requests at a time. */
const CREATED_AT_ONCE = 20
const CREATORS = 4

export async function burnDown({ peer }: { peer: boolean }): Promise<BenchReport> {
  const rows: Row[] = []
  let rate = 0
  const weir = await startWeir()
  try {
    await weir.weir('work-pool', 'create', 'queue', '--type', 'process')
    await weir.weir('deploy', `${path.join(import.meta.dirname, 'flows', 'noop.ts')}:noop`, '--name', 'queued', '--pool', 'queue', '--reuse')
    const created = performance.now()
    await queueRuns(weir, 'bench-noop/queued')
    rows.push({ name: 'created', value: RUNS / ((performance.now() - created) / 1000), unit: 'runs/s' })
    const begin = performance.now()
    await weir.startWorker('queue', '--limit', String(SLOTS))
    const done = await watchCompleted(weir, begin)
    const whole = (done.at(-1) as Progress).after
    rate = RUNS / (whole / 1000)
    rows.push({ name: 'whole lifecycles', value: rate, unit: 'runs/s', target: [{ atLeast: 500 }] })
    rows.push({ name: 'first tenth', value: rateBetween(done, 0, RUNS / 10), unit: 'runs/s' })
    rows.push({ name: 'last tenth', value: rateBetween(done, (RUNS * 9) / 10, RUNS), unit: 'runs/s' })
  } finally {
    await weir.stop()
  }
  const beside = peer ? await burnDownOfPrefect(rate) : NOBODY
  return {
    bench: 'burn-down',
    rows: [...rows, ...beside.rows],
    ratios: beside.ratios,
    notes: [...beside.notes, `${RUNS} runs, one worker, ${SLOTS} slots, reused runners`],
    notMeasured: ['a network between worker and control plane', 'several workers'],
    environment: environment(),
  }
}

interface Progress {
  completed: number
  /** Milliseconds since the worker was started. */
  after: number
}

async function queueRuns(weir: BenchedWeir, deployment: string): Promise<void> {
  const aliases = Array.from({ length: CREATED_AT_ONCE }, (_, n) => `r${n}: createFlowRun(input: { deploymentName: $name }) { __typename }`)
  const create = `mutation ($name: String!) { ${aliases.join(' ')} }`
  let left = RUNS / CREATED_AT_ONCE
  await Promise.all(
    Array.from({ length: CREATORS }, async () => {
      while (left-- > 0) await weir.ask(create, { name: deployment })
    }),
  )
}

/** What the API shows, twice a second, until all are COMPLETED. */
async function watchCompleted(weir: BenchedWeir, begin: number): Promise<Progress[]> {
  const seen: Progress[] = [{ completed: 0, after: 0 }]
  for (;;) {
    const { flowRuns } = await weir.ask<{ flowRuns: { totalCount: number } }>(
      '{ flowRuns(filter: { state: { type: { in: [COMPLETED] } } }) { totalCount } }',
    )
    seen.push({ completed: flowRuns.totalCount, after: performance.now() - begin })
    if (flowRuns.totalCount >= RUNS) return seen
    if (performance.now() - begin > 600_000) throw new Error(`${flowRuns.totalCount} of ${RUNS} runs were COMPLETED within 10 minutes`)
    await sleep(500)
  }
}

/** Runs per second between two counts, by the instants at which the API first showed them. */
function rateBetween(seen: readonly Progress[], from: number, to: number): number {
  const at = (count: number) => (seen.find(({ completed }) => completed >= count) as Progress).after
  return (to - from) / ((at(to) - at(from)) / 1000)
}
