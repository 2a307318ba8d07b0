/**
 * GET /metrics: what an operator watches, over all workspaces, as Prometheus reads it. Numbers only: no name of a workspace or run is in it. With METRICS_TOKEN
 * it asks for that as a bearer token; without, it answers on a laptop, where only this machine can ask, and nowhere else.
 */
import { STATE_TYPES } from '../../core/states.ts'
import { METRICS_CONTENT_TYPE, type Metric, renderMetrics } from '../../core/prometheus.ts'
import { DATABASE_POOLS_PATH, type DatabasePool } from '../../core/protocol/database-pools.ts'
import { DatabaseUnavailable } from '../../db/client.ts'
import { readMetrics, type RecordMetrics } from '../../db/queries/maintenance/read-metrics.ts'
import { hashSecret } from '../auth/hash-secret.ts'
import { systemRecordOf } from '../auth/system-record.ts'
import { sealerOf } from '../blocks/sealer.ts'
import type { Door } from '../door.ts'
import { Unauthenticated, WeirError } from '../errors.ts'
import type { Log } from '../log.ts'
import { requestCounts } from '../requests/request-counts.ts'

/** Cell of a control plane that listens on loopback. */
const LOCAL_CELL = 'local'

/** Always 200 once let in: a database that does not answer is a metric, `weir_up 0`. */
export async function metrics({ request, env, timings, log }: Door): Promise<Response> {
  await admit(request.headers.get('authorization'), env)
  const keyId = await sealerOf(env.SECRETS_KEY)
    .keyId()
    .catch(() => null)
  const begin = Date.now()
  const read = await systemRecordOf(env)
    .run(readMetrics({ lateAfter: timings.lateAfter, keyId }))
    .catch((error: unknown) => {
      if (!(error instanceof DatabaseUnavailable)) throw error
      log.warn('no metrics: the database does not answer', { error })
      return null
    })
  const took = (Date.now() - begin) / 1000
  const up: Metric = { name: 'weir_up', help: 'Whether the database answers.', type: 'gauge', samples: [{ value: read ? 1 : 0 }] }
  // What one isolate has counted is the whole only where there is one: behind a SQL door.
  const ofMachine = env.SQL ? [...requestCounts.read(), ...poolMetrics(await readPools(env.SQL, log))] : []
  const all = [up, ...(read ? metricsOf(read, took) : []), ...ofMachine]
  return new Response(renderMetrics(all), { headers: { 'content-type': METRICS_CONTENT_TYPE } })
}

/** None when the door does not answer: then nothing does. */
async function readPools(door: Fetcher, log: Log): Promise<DatabasePool[]> {
  try {
    return await (await door.fetch(`http://door${DATABASE_POOLS_PATH}`)).json<DatabasePool[]>()
  } catch (error) {
    log.warn('no metrics of the database connections: the SQL door does not answer', { error })
    return []
  }
}

function poolMetrics(pools: readonly DatabasePool[]): Metric[] {
  const metric = (
    name: string,
    help: string,
    type: Metric['type'],
    samplesOf: (pool: DatabasePool) => { labels?: Record<string, string>; value: number }[],
  ): Metric => ({
    name,
    help,
    type,
    samples: pools.flatMap((pool) => samplesOf(pool).map(({ labels, value }) => ({ labels: { role: pool.role, ...labels }, value }))),
  })
  return [
    metric('weir_database_connections', 'Open connections to the database, by role.', 'gauge', ({ used, idle }) => [
      { labels: { state: 'used' }, value: used },
      { labels: { state: 'idle' }, value: idle },
    ]),
    metric('weir_database_connections_max', 'How many of them there may be.', 'gauge', ({ max }) => [{ value: max }]),
    metric('weir_database_waiting', 'Batches of statements that wait for a connection.', 'gauge', ({ waiting }) => [{ value: waiting }]),
    metric('weir_database_wait_seconds_total', 'How long batches have waited for a connection.', 'counter', ({ waitSeconds }) => [
      { value: waitSeconds },
    ]),
    metric(
      'weir_database_batches_total',
      'Batches by outcome: done; refused for what they asked, of which many are no trouble; failed because the database was out of reach.',
      'counter',
      ({ batches }) => Object.entries(batches).map(([outcome, value]) => ({ labels: { outcome }, value })),
    ),
  ]
}

async function admit(authorization: string | null, env: Door['env']): Promise<void> {
  if (!env.METRICS_TOKEN) {
    if (env.CELL === LOCAL_CELL) return
    throw new WeirError('NOT_FOUND', 'This control plane shows no metrics.', { hint: 'Its operator turns them on with the secret METRICS_TOKEN.' })
  }
  // Digests, so that how long the comparison takes tells nothing of the token.
  const [said, wanted] = await Promise.all([hashSecret(authorization ?? ''), hashSecret(`Bearer ${env.METRICS_TOKEN}`)])
  if (said !== wanted) throw new Unauthenticated('Metrics are read with a token.', { hint: 'Send `Authorization: Bearer` with METRICS_TOKEN.' })
}

/** Also the states that none is in: what is missing cannot be alerted on. */
const NONE_RECENT = Object.fromEntries(STATE_TYPES.map((state) => [state, 0]))

function metricsOf(read: RecordMetrics, took: number): Metric[] {
  const gauge = (name: string, help: string, value: number): Metric => ({ name, help, type: 'gauge', samples: [{ value }] })
  const byState = (counts: Record<string, number>) => Object.entries(counts).map(([state, value]) => ({ labels: { state }, value }))
  return [
    { name: 'weir_flow_runs', help: 'Runs that have not ended, by state.', type: 'gauge', samples: byState(read.open) },
    {
      name: 'weir_flow_runs_recent',
      help: 'Runs created in the last five minutes, by the state that they have now.',
      type: 'gauge',
      samples: byState({ ...NONE_RECENT, ...read.recent }),
    },
    gauge('weir_leases', 'Runs that somebody holds.', read.leases),
    gauge('weir_flow_runs_late', 'Runs that are due and that nobody has taken in time.', read.late),
    gauge('weir_flow_runs_late_seconds', 'How long the earliest of these has been due.', read.latestBySeconds),
    gauge('weir_worker_sessions', 'Workers that have connected and neither left nor been replaced.', read.workerSessions),
    gauge('weir_slots', 'Runs that these workers take at a time.', read.slots),
    gauge('weir_limits_full', 'Limits of work pools, queues and deployments whose last place is taken.', read.limitsFull),
    gauge('weir_work_pools', 'Work pools.', read.workPools),
    gauge('weir_workspaces', 'Workspaces.', read.workspaces),
    ...(read.sweepAgeSeconds === null ? [] : [gauge('weir_sweep_age_seconds', 'Since the minute sweep was last there.', read.sweepAgeSeconds)]),
    gauge('weir_default_partitions_in_use', 'Tables with rows for which no partition had been made.', read.defaultPartitionsInUse),
    gauge('weir_blocks_sealed_with_old_keys', 'Blocks with a secret that another key than the present one has sealed.', read.blocksSealedWithOldKeys),
    gauge('weir_database_bytes', 'What the database takes on its disk.', read.databaseBytes),
    gauge('weir_database_answer_seconds', 'How long the database took for these numbers.', took),
  ]
}
