import type { GraphqlClient } from '../../graphql.ts'
import { readAll } from '../../read-all.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { printTable } from '../../table.ts'
import { printJson, say } from '../../terminal.ts'
import { unknownWorkPool } from '../work-pool/find-work-pool.ts'
import { showStatus } from '../work-pool/work-pool-json.ts'
import { LIST, LIST_OF_POOL, type PoolOfQueues, type WorkQueueRow } from './documents.ts'
import { workQueueJson } from './work-queue-json.ts'

/** `weir work-queue ls`: pool by pool, in the order in which they are served. */
export async function execute(_: string[], options: CommonOptions & { pool?: string }): Promise<void> {
  const { client, json } = openSession(options)
  const pools = await readPools(client, options.pool)
  const rows = pools.flatMap((pool) => pool.queues.map((queue) => ({ ...queue, pool })))
  if (json) return printJson(rows.map((row) => workQueueJson(row, row.pool.name)))
  if (rows.length === 0) return say('No work pool yet, so no queue. Make one: weir work-pool create NAME')
  printTable<WorkQueueRow & { pool: PoolOfQueues }>(
    [
      { title: 'QUEUE', value: (row) => safeLine(`${row.pool.name}/${row.name}`) },
      { title: 'PRIORITY', value: (row) => String(row.priority), right: true },
      { title: 'RUNNING', value: (row) => `${row.slotsUsed}${row.concurrencyLimit === null ? '' : ` of ${row.concurrencyLimit}`}`, right: true },
      { title: 'WAITING', value: (row) => String(row.waitingCount), right: true },
      { title: '', value: (row) => (row.isPaused ? showStatus('PAUSED') : row.pool.isPaused ? `${showStatus('PAUSED')} with its pool` : '') },
    ],
    rows,
  )
}

async function readPools(client: GraphqlClient, name: string | undefined): Promise<PoolOfQueues[]> {
  if (name === undefined) return readAll(async (after) => (await client.ask(LIST, { after })).workPools)
  const { workPool } = await client.ask(LIST_OF_POOL, { name })
  if (!workPool) throw await unknownWorkPool(client, name)
  return [workPool]
}
