import { shellWord } from '../../shell-word.ts'
import { readAll } from '../../read-all.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, openSession, type Session } from '../../session.ts'
import { showAgo } from '../../show-time.ts'
import { printTable } from '../../table.ts'
import { printJson, say } from '../../terminal.ts'
import { unknownWorkPool } from '../work-pool/find-work-pool.ts'
import { showStatus } from '../work-pool/work-pool-json.ts'
import { LIST, LIST_OF_POOL, type PoolOfWorkers, type WorkerRow } from './documents.ts'
import { workerJson } from './worker-json.ts'

type Row = WorkerRow & { workPool: string }

/** `weir worker ls`. */
export async function execute(_: string[], options: CommonOptions & { pool?: string }): Promise<void> {
  const session = openSession(options)
  const pools = await readPools(session, options.pool)
  const rows = pools.flatMap(({ name, workers }) => workers.map((worker) => ({ ...worker, workPool: name }))).sort(inContactFirst)
  if (session.json) return printJson(rows.map((row) => workerJson(row, row.workPool)))
  if (rows.length === 0)
    return say(
      `No worker${options.pool === undefined ? '' : ' in this pool'} yet. Start one: weir worker start --pool ${options.pool === undefined ? 'POOL' : shellWord(options.pool)}`,
    )
  printTable<Row>(
    [
      { title: 'NAME', value: (row) => safeLine(row.name), shrinks: true },
      { title: 'WORK POOL', value: (row) => safeLine(row.workPool) },
      { title: 'STATUS', value: (row) => showStatus(row.status) },
      { title: 'SLOTS', value: (row) => `${row.slotsUsed} of ${row.slots}`, right: true },
      { title: 'HOST', value: (row) => safeLine(row.hostname ?? ''), shrinks: true },
      { title: 'VERSION', value: (row) => safeLine(row.version ?? '') },
      { title: 'LAST SEEN', value: (row) => showAgo(row.lastSeenAt) },
    ],
    rows,
  )
}

/** Pools with their workers: one by name, or all. Throws Failure. */
export async function readPools({ client }: Session, name: string | undefined): Promise<PoolOfWorkers[]> {
  if (name !== undefined) {
    const { workPool } = await client.ask(LIST_OF_POOL, { name })
    if (!workPool) throw await unknownWorkPool(client, name)
    return [workPool]
  }
  return readAll(async (after) => (await client.ask(LIST, { after })).workPools)
}

/** Those that take runs, those that finish theirs, and those that are gone. */
const CONTACT = ['ONLINE', 'DRAINING', 'OFFLINE']

const inContactFirst = (one: Row, other: Row): number =>
  CONTACT.indexOf(one.status) - CONTACT.indexOf(other.status) || Date.parse(other.lastSeenAt) - Date.parse(one.lastSeenAt)
