/**
 * What one flow run with ten tasks costs the control plane: requests over a counting proxy, what Durable Objects are asked by a Worker that counts it,
 * statements and rows by PostgreSQL's own counters, processor time of each part. What the system costs while nothing runs is measured first, over the same time, and taken off.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { buildCountedControlPlane, COUNTS_PATH, type ObjectCounts } from './counted-objects.ts'
import { startCountingProxy } from './counting-proxy.ts'
import { type BenchedPostgres, startBenchedPostgres } from './postgres.ts'
import { costOfPrefect } from './peers/prefect/cost.ts'
import { type BenchReport, environment, NOBODY, type Row } from './report.ts'
import { type BenchedWeir, cpuOf, startWeir } from './weir.ts'

const RUNS = Number(process.env.WEIR_BENCH_RUNS ?? 200)
const TASKS = 10
/** Cloudflare bills twenty messages that come in over sockets as one request of the object. */
const MESSAGES_A_REQUEST = 20
/** PostgreSQL's counters of a session lag by up to a second. */
const COUNTERS_SETTLE = 2_500
const CREATE =
  'mutation ($name: String!) { createFlowRun(input: { deploymentName: $name }) { ... on CreateFlowRunSuccess { flowRun { uuid } } ... on Error { message } } }'

interface Counters {
  transactions: number
  written: number
  read: number
  workerd: number
  door: number
  postgres: number
  /** Calls, upgrades and alarms of Durable Objects; socket messages by the twenty. */
  objectRequests: number
  /** Alarms set: the only rows that the objects of a run write. */
  objectRows: number
}

export async function cost({ peer }: { peer: boolean }): Promise<BenchReport> {
  const rows: Row[] = []
  let ours = 0
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'weir-bench-'))
  const postgres = await startBenchedPostgres()
  try {
    const weir = await startWeir({ databaseUrl: postgres.url, dist: await buildCountedControlPlane(scratch) })
    const proxy = await startCountingProxy(weir.url)
    try {
      await weir.weir('work-pool', 'create', 'cost', '--type', 'process')
      await weir.weir('deploy', `${path.join(import.meta.dirname, 'flows', 'ten-tasks.ts')}:tenTasks`, '--name', 'cost', '--pool', 'cost', '--reuse')
      weir.environment.WEIR_API_URL = proxy.url
      await weir.startWorker('cost', '--limit', '4')
      for (let run = 0; run < 20; run += 1) await runOnce(weir)
      await sleep(COUNTERS_SETTLE)

      proxy.reset()
      const before = await countersOf(weir, postgres)
      const begin = performance.now()
      let looks = 0
      for (let run = 0; run < RUNS; run += 1) looks += await runOnce(weir)
      const took = performance.now() - begin
      await sleep(COUNTERS_SETTLE)
      const busy = difference(await countersOf(weir, postgres), before)
      const requests = [...proxy.requests.values()].reduce((sum, count) => sum + count, 0)
      const frames = { ...proxy.frames }

      const idleBefore = await countersOf(weir, postgres)
      await sleep(took + COUNTERS_SETTLE)
      const idle = difference(await countersOf(weir, postgres), idleBefore)
      const own = difference(busy, idle)
      const idleMinutes = (took + COUNTERS_SETTLE) / 60_000

      ours = 1 + requests / RUNS
      rows.push({ name: 'requests: trigger', value: 1, unit: 'per run' })
      rows.push({ name: 'requests: worker and runner', value: requests / RUNS, unit: 'per run' })
      rows.push({ name: 'requests: Durable Objects', value: own.objectRequests / RUNS, unit: 'per run' })
      rows.push({ name: 'requests: all of these', value: 1 + (requests + own.objectRequests) / RUNS, unit: 'per run', target: [{ atMost: 6 }] })
      rows.push({ name: 'Durable Objects: rows written', value: own.objectRows / RUNS, unit: 'per run' })
      rows.push({ name: 'socket messages: to the worker', value: frames.toWorker / RUNS, unit: 'per run' })
      rows.push({ name: 'socket messages: from the worker', value: frames.fromWorker / RUNS, unit: 'per run' })
      // Looking whether the run has ended is the bench's own: one statement each.
      rows.push({ name: 'SQL round trips', value: (own.transactions - looks) / RUNS, unit: 'per run', target: [{ atMost: 6 }] })
      rows.push({ name: 'rows written', value: own.written / RUNS, unit: 'per run' })
      rows.push({ name: 'rows written', value: own.written / RUNS / TASKS, unit: 'per task run' })
      rows.push({ name: 'rows read', value: own.read / RUNS, unit: 'per run' })
      rows.push({ name: 'processor time: workerd', value: own.workerd / RUNS, unit: 'ms per run' })
      rows.push({ name: 'processor time: SQL door and supervisor', value: own.door / RUNS, unit: 'ms per run' })
      rows.push({ name: 'processor time: PostgreSQL', value: own.postgres / RUNS, unit: 'ms per run' })
      rows.push({ name: 'idle: SQL round trips', value: idle.transactions / idleMinutes, unit: 'per minute' })
      rows.push({ name: 'idle: processor time of workerd', value: idle.workerd / idleMinutes, unit: 'ms per minute' })
    } finally {
      await proxy.stop()
      await weir.stop()
    }
  } finally {
    await postgres.stop()
    rmSync(scratch, { recursive: true, force: true })
  }
  const beside = peer ? await costOfPrefect(ours) : NOBODY
  return {
    bench: 'cost',
    rows: [...rows, ...beside.rows],
    ratios: beside.ratios,
    notes: [
      ...beside.notes,
      `${RUNS} runs of ${TASKS} tasks, one at a time, reused runners, one worker`,
      'the processor time includes what the bench asks to see that a run has ended',
    ],
    notMeasured: ['hosted: Neon and Cloudflare count for themselves'],
    environment: environment(),
  }
}

/** Answers how often it had to look until the run had ended. */
async function runOnce(weir: BenchedWeir): Promise<number> {
  const { createFlowRun } = await weir.ask<{ createFlowRun: { flowRun?: { uuid: string }; message?: string } }>(CREATE, {
    name: 'bench-ten-tasks/cost',
  })
  if (!createFlowRun.flowRun) throw new Error(createFlowRun.message)
  const { uuid: id } = createFlowRun.flowRun
  for (let looks = 1; ; looks += 1) {
    await sleep(60)
    const { flowRun } = await weir.ask<{ flowRun: { state: { type: string } } }>('query ($id: ID!) { flowRun(id: $id) { state { type } } }', { id })
    if (flowRun.state.type === 'COMPLETED') return looks
    if (['FAILED', 'CRASHED', 'CANCELLED'].includes(flowRun.state.type)) throw new Error(`run ${id} ended ${flowRun.state.type}`)
  }
}

async function countersOf(weir: BenchedWeir, postgres: BenchedPostgres): Promise<Counters> {
  const [row] = await postgres.query<Record<'transactions' | 'written' | 'read', string>>(
    `select xact_commit as transactions, tup_inserted + tup_updated + tup_deleted as written, tup_fetched as read
     from pg_stat_database where datname = current_database()`,
  )
  const [workerd] = weir.pids() as [number]
  const objects = (await (await fetch(`${weir.url}${COUNTS_PATH}`)).json()) as ObjectCounts
  const { setAlarm = 0, webSocketMessage = 0, ...calls } = byKind(objects)
  return {
    transactions: Number(row?.transactions),
    written: Number(row?.written),
    read: Number(row?.read),
    workerd: cpuOf([workerd]),
    door: cpuOf([weir.planePid], { alone: true }),
    postgres: cpuOf([postgres.pid]),
    objectRequests: Object.values(calls).reduce((sum, count) => sum + count, 0) + webSocketMessage / MESSAGES_A_REQUEST,
    objectRows: setAlarm,
  }
}

/** Counts of both classes together. */
function byKind(counts: ObjectCounts): ObjectCounts {
  const kinds: ObjectCounts = {}
  for (const [what, count] of Object.entries(counts)) {
    const kind = what.slice(what.indexOf('.') + 1)
    kinds[kind] = (kinds[kind] ?? 0) + count
  }
  return kinds
}

const difference = (after: Counters, before: Counters): Counters => ({
  transactions: after.transactions - before.transactions,
  written: after.written - before.written,
  read: after.read - before.read,
  workerd: after.workerd - before.workerd,
  door: after.door - before.door,
  postgres: after.postgres - before.postgres,
  objectRequests: after.objectRequests - before.objectRequests,
  objectRows: after.objectRows - before.objectRows,
})
