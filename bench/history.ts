/**
 * What people look at while the past grows: lists, a filter, a count, a run with its timeline and its logs, with a thousand, a hundred thousand and a million
 * runs in the table. One workspace has them all; the growth is the last figure ÷ the first.
 */
import { historyOfPrefect } from './peers/prefect/history.ts'
import { type BenchReport, environment, NOBODY, type Row } from './report.ts'
import { percentile, summarise } from './statistics.ts'
import { type BenchedPostgres, startBenchedPostgres } from './postgres.ts'
import { type BenchedWeir, startWeir } from './weir.ts'

const SIZES = (process.env.WEIR_BENCH_HISTORY ?? '1000,100000,1000000').split(',').map(Number)
const TRIES = 60
const WARM = 10
const NODE =
  'id uuid name tags createdAt startTime endTime scheduledTime runCount flow { id name } deployment { id uuid name fullName } workPool { id uuid name } state { id type name message timestamp isFinal }'
const PAGE = `nodes { ${NODE} } pageInfo { hasNextPage endCursor }`

export async function history({ peer }: { peer: boolean }): Promise<BenchReport> {
  const rows: Row[] = []
  const p95s = new Map<string, number>()
  const postgres = await startBenchedPostgres()
  try {
    const weir = await startWeir({ databaseUrl: postgres.url })
    try {
      await weir.weir('work-pool', 'create', 'history', '--type', 'process')
      await weir.weir('deploy', `${import.meta.dirname}/flows/noop.ts:noop`, '--name', 'history', '--pool', 'history')
      const growth = new Map<string, number[]>()
      let made = 0
      for (const size of SIZES) {
        await addRuns(postgres, made + 1, size)
        made = size
        for (const [name, query] of await looks(weir, postgres)) {
          const summary = summarise(await timesOf(weir, query))
          growth.set(name, [...(growth.get(name) ?? []), summary.p95])
          p95s.set(`${name}, ${size.toLocaleString('en')} runs`, summary.p95)
          const isLargest = size === SIZES.at(-1)
          rows.push({
            name: `${name}, ${size.toLocaleString('en')} runs`,
            value: summary,
            ...(isLargest ? { target: [{ at: 'p95' as const, atMost: 30 }] } : {}),
          })
        }
      }
      for (const [name, values] of growth)
        rows.push({
          name: `growth of p95: ${name}`,
          value: percentile(values.slice(-1), 0.5) / (values[0] as number),
          unit: '×',
          target: [{ atMost: 1.5 }],
        })
    } finally {
      await weir.stop()
    }
  } finally {
    await postgres.stop()
  }
  const beside = peer ? await historyOfPrefect(p95s) : NOBODY
  return {
    bench: 'history',
    rows: [...rows, ...beside.rows],
    ratios: beside.ratios,
    notes: [
      ...beside.notes,
      `${TRIES} requests each, one at a time, after ${WARM} that are not counted; every run has 3 states, 3 task runs and 2 chunks of logs`,
    ],
    notMeasured: ['a cold cache of the database', 'several workspaces of that size', 'Prefect with a million runs, and with tasks and logs'],
    environment: environment(),
  }
}

async function timesOf(weir: BenchedWeir, query: string): Promise<number[]> {
  const times: number[] = []
  for (let attempt = 0; attempt < TRIES + WARM; attempt += 1) {
    const begin = performance.now()
    await weir.ask(query)
    if (attempt >= WARM) times.push(performance.now() - begin)
  }
  return times
}

/** By name, what is asked; of one run in the middle of history. */
async function looks(weir: BenchedWeir, postgres: BenchedPostgres): Promise<[string, string][]> {
  const [middle] = await postgres.query<{ id: string }>(
    "select id from flow_runs where name = 'run-' || (select count(*) / 2 from flow_runs)::text limit 1",
  )
  const { flowRuns } = await weir.ask<{ flowRuns: { pageInfo: { endCursor: string } } }>(`{ flowRuns(first: 200) { ${PAGE} } }`)
  const after = JSON.stringify(flowRuns.pageInfo.endCursor)
  const id = JSON.stringify(middle?.id)
  return [
    ['list, first page', `{ flowRuns(first: 50) { ${PAGE} } }`],
    ['list, a later page', `{ flowRuns(first: 50, after: ${after}) { ${PAGE} } }`],
    ['list of the failed', `{ flowRuns(first: 50, filter: { state: { type: { in: [FAILED] } } }) { ${PAGE} } }`],
    ['list with its count', `{ flowRuns(first: 50) { ${PAGE} totalCount totalCountIsExact } }`],
    [
      'one run with states, timeline, logs',
      `{ flowRun(id: ${id}) { ${NODE} stateHistory { type timestamp } timeline { ids names segments } logs(first: 100) { nodes { message } } } }`,
    ],
  ]
}

/** Adds the runs `from` … `to`, the newest first made, each a second older than the one before. */
async function addRuns(postgres: BenchedPostgres, from: number, to: number): Promise<void> {
  for (let begin = from; begin <= to; begin += 50_000) await postgres.query(RUNS, [begin, Math.min(to, begin + 49_999)])
  await postgres.query(`select make_partitions(14)`)
  await postgres.query('vacuum analyze')
}

const RUNS = `
  with subject as (
    select version.workspace_id as workspace, deployment.flow_id as flow, deployment.id as deployment, version.id as version, queue.work_pool_id as pool, queue.id as queue
    from deployments deployment
    join deployment_versions version on version.workspace_id = deployment.workspace_id and version.deployment_id = deployment.id
    join work_queues queue on queue.workspace_id = deployment.workspace_id
    where deployment.name = 'history' order by queue.work_pool_id desc limit 1
  ), runs as (
    insert into flow_runs (workspace_id, id, flow_id, deployment_id, deployment_version_id, work_pool_id, work_pool_type, work_queue_id, name, parameters, tags,
      job_variables, state_id, state_type, state_name, state_timestamp, state_details, run_count, epoch, last_n, retries, retry_on_crash, on_contact_lost,
      start_again, scheduled_time, created_at, start_time, end_time, waiting_ms, starting_ms, running_ms, sequence)
    select workspace, overlay(id_at(at)::text placing '7' || substring(gen_random_uuid()::text from 16) from 15)::uuid, flow, deployment, version, pool, 'process', queue,
      'run-' || n, '{}', '{}', '{}', gen_random_uuid(), type, initcap(type), at + interval '1 second', '{}', 1, 1, 9, '{}', 0, 'continue', false,
      at, at, at, at + interval '1 second', 0, 0, 1000, 10
    from subject, generate_series($1::int, $2::int) n,
      lateral (select now() - n * interval '1 second' as at, case when n % 50 = 1 then 'FAILED' else 'COMPLETED' end as type) made
    returning workspace_id, id, created_at, state_type
  ), states as (
    insert into flow_run_states select workspace_id, id, gen_random_uuid(), type, initcap(type), created_at + n * interval '1 millisecond', null, '{}', 1, false
    from runs, unnest(array['SCHEDULED', 'RUNNING', 'COMPLETED']) with ordinality as state (type, n)
  ), tasks as (
    insert into task_runs select workspace_id, id, gen_random_uuid(), 'task', 'task', n::text, '{}', 1, 'COMPLETED', 'Completed',
      jsonb_build_array(
        jsonb_build_object('id', gen_random_uuid(), 'type', 'RUNNING', 'name', 'Running', 'timestamp', extract(epoch from created_at) * 1000, 'message', null, 'details', '{}'::jsonb),
        jsonb_build_object('id', gen_random_uuid(), 'type', 'COMPLETED', 'name', 'Completed', 'timestamp', extract(epoch from created_at) * 1000 + 500, 'message', null, 'details', '{}'::jsonb)),
      created_at, created_at, created_at + interval '0.5 second', 500, '{}', null, null, null, 1, n
    from runs, generate_series(1, 3) n
  )
  insert into log_chunks select workspace_id, id, 4 + n, 1, null, '[{"level":"info","message":"read 2922 rows","time":1}]', 1, 1, created_at from runs, generate_series(1, 2) n`
