/**
 * Runs offered at a steady rate, whether or not the last one has ended: 20, 50, 100 and 200 a second, one worker with 64 slots and reused runners. Timed is
 * the delay from the moment a run was due to be asked for until it was PENDING with the worker, so a system that falls behind cannot hide it.
 */
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { offeredToPrefect } from './peers/prefect/offered.ts'
import { type BenchReport, environment, NOBODY, type Row } from './report.ts'
import { type Summary, summarise } from './statistics.ts'
import { type BenchedWeir, startWeir } from './weir.ts'

const RATES = [20, 50, 100, 200]
const SECONDS = Number(process.env.WEIR_BENCH_SECONDS ?? 60)
const SLOTS = 64
const CREATE =
  'mutation ($name: String!) { createFlowRun(input: { deploymentName: $name }) { ... on CreateFlowRunSuccess { flowRun { uuid } } ... on Error { message } } }'

const now = () => performance.timeOrigin + performance.now()

export async function offered({ peer }: { peer: boolean }): Promise<BenchReport> {
  const rows: Row[] = []
  const notes: string[] = []
  let lowest: Summary | undefined
  const weir = await startWeir()
  try {
    await weir.weir('work-pool', 'create', 'offered', '--type', 'process')
    await weir.weir('deploy', `${path.join(import.meta.dirname, 'flows', 'noop.ts')}:noop`, '--name', 'offered', '--pool', 'offered', '--reuse')
    await weir.startWorker('offered', '--limit', String(SLOTS))
    await offer(weir, 50, 5) // boots the runners
    for (const rate of RATES) {
      const { due, behind, refused } = await offer(weir, rate, SECONDS)
      const delays = summarise(await assignmentDelays(weir, due))
      lowest ??= delays
      rows.push({ name: `${rate} runs/s: due → assigned`, value: delays, target: [{ at: 'p95', atMost: 25 }] })
      notes.push(
        `${rate} runs/s: ${due.size} runs, all COMPLETED ${behind.toFixed(1)} s after the last was due${refused === 0 ? '' : `; ${refused} more were refused`}`,
      )
    }
  } finally {
    await weir.stop()
  }
  const beside = peer && lowest ? await offeredToPrefect(lowest.p50) : NOBODY
  return {
    bench: 'offered',
    rows: [...rows, ...beside.rows],
    ratios: beside.ratios,
    notes: [...beside.notes, ...notes, `${SECONDS} s at each rate, ${SLOTS} slots, reused runners; beyond saturation the target does not apply`],
    notMeasured: ['fresh processes for each run', 'several workers and pools', 'a network between them'],
    environment: environment(),
  }
}

/**
 * When each run was due to be asked for, how many seconds after the last the last of them was COMPLETED, and how many the API refused because it had too much
 * to do.
 */
async function offer(weir: BenchedWeir, rate: number, seconds: number): Promise<{ due: Map<string, number>; behind: number; refused: number }> {
  const due = new Map<string, number>()
  const begin = now()
  const asked: Promise<void>[] = []
  let refused = 0
  for (let run = 0; run < rate * seconds; run += 1) {
    const at = begin + (run / rate) * 1_000
    const early = at - now()
    if (early > 0) await sleep(early)
    asked.push(
      weir
        .ask<{ createFlowRun: { flowRun?: { uuid: string }; message?: string } }>(CREATE, { name: 'bench-noop/offered' })
        .then(({ createFlowRun }) => {
          if (!createFlowRun.flowRun) throw new Error(createFlowRun.message)
          due.set(createFlowRun.flowRun.uuid, at)
        })
        .catch(() => {
          refused += 1
        }),
    )
  }
  await Promise.all(asked)
  const last = begin + seconds * 1_000
  const waiting = '{ flowRuns(filter: { state: { type: { in: [SCHEDULED, PENDING, RUNNING] } } }) { totalCount } }'
  while ((await weir.ask<{ flowRuns: { totalCount: number } }>(waiting)).flowRuns.totalCount > 0) await sleep(50)
  return { due, behind: Math.max(0, now() - last) / 1_000, refused }
}

async function assignmentDelays(weir: BenchedWeir, due: ReadonlyMap<string, number>): Promise<number[]> {
  const delays: number[] = []
  const ids = [...due.keys()]
  for (let at = 0; at < ids.length; at += 50) {
    const some = ids.slice(at, at + 50)
    const fields = some.map((id, index) => `r${index}: flowRun(id: "${id}") { stateHistory { type timestamp } }`)
    const answer = await weir.ask<Record<string, { stateHistory: { type: string; timestamp: string }[] }>>(`{ ${fields.join(' ')} }`)
    for (const [index, id] of some.entries()) {
      const pending = answer[`r${index}`]?.stateHistory.find(({ type }) => type === 'PENDING')
      if (pending) delays.push(Date.parse(pending.timestamp) - (due.get(id) as number))
    }
  }
  return delays
}
