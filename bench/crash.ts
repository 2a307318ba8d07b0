/** From the death of a process until the API shows its runs CRASHED: a runner, a worker whose runners can still say so, and everything on the worker's machine. */
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { crashOfPrefect } from './peers/prefect/crash.ts'
import { type BenchReport, environment, NOBODY, type Row } from './report.ts'
import { percentile, summarise } from './statistics.ts'
import { type BenchedWeir, readMarks, startWeir } from './weir.ts'

const RUNS = 10
const LOOK_EVERY = 20

interface Running {
  /** Of the worker. */
  worker: number
  /** Pids of runners by run. */
  runners: Map<string, number>
}

export async function crash({ peer }: { peer: boolean }): Promise<BenchReport> {
  const rows: Row[] = []
  const runnerKilled: number[] = []
  const weir = await startWeir()
  try {
    const killed = await startRuns(weir, 'runner')
    runnerKilled.push(...(await killEach(weir, killed)))
    rows.push({ name: 'runner killed → CRASHED', value: summarise(runnerKilled), target: [{ at: 'p99', atMost: 2_000 }] })
    const orphaned = await startRuns(weir, 'worker')
    rows.push({
      name: 'worker killed → its runs CRASHED',
      value: summarise(await killAll(weir, orphaned, [orphaned.worker])),
      target: [{ at: 'p99', atMost: 12_000 }],
    })
    const gone = await startRuns(weir, 'host')
    rows.push({
      name: 'host gone → its runs CRASHED',
      value: summarise(await killAll(weir, gone, [...gone.runners.values(), gone.worker])),
      target: [{ at: 'p99', atMost: 95_000 }],
    })
    const { flowRuns } = await weir.ask<{ flowRuns: { totalCount: number } }>(
      '{ flowRuns(filter: { state: { type: { in: [PENDING, RUNNING] } } }) { totalCount } }',
    )
    rows.push({ name: 'runs left behind', value: flowRuns.totalCount, unit: 'runs', target: [{ atMost: 0 }] })
    const { workPools } = await weir.ask<{ workPools: { nodes: { slotsUsed: number }[] } }>('{ workPools { nodes { slotsUsed } } }')
    rows.push({
      name: 'slots leaked',
      value: workPools.nodes.reduce((sum, { slotsUsed }) => sum + slotsUsed, 0),
      unit: 'slots',
      target: [{ atMost: 0 }],
    })
  } finally {
    await weir.stop()
  }
  const beside = peer ? await crashOfPrefect(percentile(runnerKilled, 0.5)) : NOBODY
  return {
    bench: 'crash',
    rows: [...rows, ...beside.rows],
    ratios: beside.ratios,
    notes: [...beside.notes, `${RUNS} runs of one worker each time`],
    notMeasured: ['a control plane that is killed or deployed, cuts and outages: test/e2e/reliability/', 'a suspended laptop'],
    environment: environment(),
  }
}

/** A pool with a limit and a worker of its own, and runs of it that are RUNNING. */
async function startRuns(weir: BenchedWeir, pool: string): Promise<Running> {
  await weir.weir('work-pool', 'create', pool, '--type', 'process', '--concurrency-limit', String(RUNS))
  await weir.weir('deploy', `${path.join(import.meta.dirname, 'flows', 'sleeper.ts')}:sleeper`, '--name', pool, '--pool', pool)
  const worker = await weir.startWorker(pool, '--limit', String(RUNS))
  const create = 'mutation ($name: String!) { createFlowRun(input: { deploymentName: $name }) { ... on CreateFlowRunSuccess { flowRun { uuid } } } }'
  const ids: string[] = []
  for (let run = 0; run < RUNS; run += 1) {
    const { createFlowRun } = await weir.ask<{ createFlowRun: { flowRun: { uuid: string } } }>(create, { name: `bench-sleeper/${pool}` })
    ids.push(createFlowRun.flowRun.uuid)
  }
  while ((await statesOf(weir, ids)).some((state) => state !== 'RUNNING')) await sleep(LOOK_EVERY)
  const pids = readMarks(weir, 'pid')
  return { worker, runners: new Map(ids.map((id) => [id, pids.get(id) as number])) }
}

async function statesOf(weir: BenchedWeir, ids: readonly string[]): Promise<string[]> {
  const fields = ids.map((id, index) => `r${index}: flowRun(id: "${id}") { state { type } }`)
  return Object.values(await weir.ask<Record<string, { state: { type: string } }>>(`{ ${fields.join(' ')} }`)).map(({ state }) => state.type)
}

/** One after another. */
async function killEach(weir: BenchedWeir, { runners }: Running): Promise<number[]> {
  const times: number[] = []
  for (const [id, pid] of runners) {
    const begin = performance.now()
    process.kill(pid, 'SIGKILL')
    while ((await statesOf(weir, [id]))[0] !== 'CRASHED') await sleep(LOOK_EVERY)
    times.push(performance.now() - begin)
  }
  return times
}

/** Together; per run, when it was first seen CRASHED. */
async function killAll(weir: BenchedWeir, { runners }: Running, victims: readonly number[]): Promise<number[]> {
  const begin = performance.now()
  for (const pid of victims) process.kill(pid, 'SIGKILL')
  const ids = [...runners.keys()]
  const times = new Map<string, number>()
  while (times.size < ids.length) {
    const states = await statesOf(weir, ids)
    for (const [index, id] of ids.entries()) if (states[index] === 'CRASHED' && !times.has(id)) times.set(id, performance.now() - begin)
    await sleep(LOOK_EVERY)
  }
  return [...times.values()]
}
