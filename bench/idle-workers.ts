/**
 * What workers cost that have nothing to do: 500 of them on one pool, each a socket that speaks the protocol and pings, all from this process. Memory of the
 * control plane before and with them, every message that passes in a minute, what of that wakes the pool's object, and what reaches the database.
 */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { openHome } from '../server/home.ts'
import { SOCKET_PING, SOCKET_PONG } from '../core/protocol/version.ts'
import { TIMINGS } from '../core/timings.ts'
import { type BenchReport, environment } from './report.ts'
import { summarise } from './statistics.ts'
import { connectSocketWorker, memoryOf, startWeir } from './weir.ts'

const WORKERS = Number(process.env['WEIR_BENCH_WORKERS'] ?? 500)
const MINUTE = 60_000
/** Hellos at a time. */
const TOGETHER = 20

export async function idleWorkers(): Promise<BenchReport> {
  const weir = await startWeir()
  try {
    await weir.weir('work-pool', 'create', 'idle', '--type', 'process')
    const [workerd, postgres] = weir.pids()
    const memory = (pid: number | undefined) => (pid === undefined ? Number.NaN : memoryOf([pid]))
    const before = { workerd: memory(workerd), postgres: memory(postgres) }
    let said = 0
    const heard = { pongs: 0, others: 0 }
    const onMessage = (text: string) => {
      if (text === SOCKET_PONG) heard.pongs += 1
      else heard.others += 1
    }
    const welcomes: number[] = []
    const workers: Awaited<ReturnType<typeof connectSocketWorker>>[] = []
    const begin = performance.now()
    while (workers.length < WORKERS) {
      const count = Math.min(TOGETHER, WORKERS - workers.length)
      const joining = Array.from({ length: count }, async (_, index) => {
        const asked = performance.now()
        const worker = await connectSocketWorker(weir, 'idle', 4, () => {}, {
          name: `idle-${workers.length + index}`,
          onMessage,
          onSay: () => (said += 1),
        })
        welcomes.push(performance.now() - asked)
        return worker
      })
      workers.push(...(await Promise.all(joining)))
    }
    const joined = performance.now() - begin
    const pings = workers.map(({ say }, index) => {
      // Spread over the interval, as workers are that started at different times.
      const first = setTimeout(() => say(SOCKET_PING), (TIMINGS.socketPing * index) / WORKERS)
      const each = setInterval(() => say(SOCKET_PING), TIMINGS.socketPing)
      return () => {
        clearTimeout(first)
        clearInterval(each)
      }
    })
    // What the hellos have left to do is done within one renewal.
    await sleep(TIMINGS.renewalWrite * 2)
    Object.assign(heard, { pongs: 0, others: 0 })
    said = 0
    const settled = { commits: await commits(weir.home) }
    await sleep(MINUTE)
    const after = { workerd: memory(workerd), postgres: memory(postgres), commits: await commits(weir.home) }
    const { pongs, others } = heard
    const online = await weir.ask<{ workPool: { workers: { status: string }[] } }>('{ workPool(name: "idle") { workers { status } } }')
    for (const stop of pings) stop()
    for (const { close } of workers) close()
    return {
      bench: 'idle-workers',
      rows: [
        { name: 'workers welcomed', value: workers.length, unit: 'workers', target: [{ atLeast: WORKERS }] },
        {
          name: 'of these ONLINE a minute later',
          value: online.workPool.workers.filter(({ status }) => status === 'ONLINE').length,
          unit: 'workers',
        },
        { name: `connect → welcome, ${TOGETHER} at a time`, value: summarise(welcomes) },
        { name: 'until all were welcomed', value: joined },
        { name: 'memory of workerd before (PSS)', value: before.workerd, unit: 'MiB' },
        { name: 'memory of workerd with them (PSS)', value: after.workerd, unit: 'MiB' },
        { name: 'per worker', value: ((after.workerd - before.workerd) * 1024) / WORKERS, unit: 'KiB' },
        { name: 'memory of PostgreSQL before (PSS)', value: before.postgres, unit: 'MiB' },
        { name: 'memory of PostgreSQL with them (PSS)', value: after.postgres, unit: 'MiB' },
        { name: 'pings answered in a minute, by the runtime', value: pongs, unit: 'messages' },
        { name: 'other messages to workers in a minute', value: others, unit: 'messages' },
        { name: 'messages of workers to the object in a minute, pings aside', value: said, unit: 'messages' },
        { name: 'transactions in the database in a minute', value: after.commits - settled.commits, unit: 'commits' },
      ],
      ratios: [],
      notes: ['an idle worker says nothing but its ping; the minute sweep rings a pool only when something is due'],
      notMeasured: ['a network between workers and control plane', 'hibernation: workerd on one machine keeps the object in memory'],
      environment: environment(),
    }
  } finally {
    await weir.stop()
  }
}

/** Transactions of the record so far, those of everybody. */
async function commits(home: string): Promise<number> {
  const { ownerPassword } = JSON.parse(readFileSync(path.join(home, 'secrets.json'), 'utf8')) as { ownerPassword: string }
  const client = new pg.Client({ host: path.join(openHome(home).postgres, 'sockets'), user: 'weir', database: 'postgres', password: ownerPassword })
  await client.connect()
  const { rows } = await client.query<{ commits: string }>('select sum(xact_commit) as commits from pg_stat_database')
  await client.end()
  return Number(rows[0]?.commits)
}
