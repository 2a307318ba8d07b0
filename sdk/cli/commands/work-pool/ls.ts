import { readAll } from '../../read-all.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { printTable } from '../../table.ts'
import { printJson, say } from '../../terminal.ts'
import { LIST, type WorkPoolRow } from './documents.ts'
import { showStatus, workPoolJson } from './work-pool-json.ts'

/** `weir work-pool ls`. */
export async function execute(_: string[], options: CommonOptions): Promise<void> {
  const { client, json } = openSession(options)
  const pools = await readAll(async (after) => (await client.ask(LIST, { after })).workPools)
  if (json) return printJson(pools.map(workPoolJson))
  if (pools.length === 0) return say('No work pool yet. Make one: weir work-pool create NAME')
  printTable<WorkPoolRow>(
    [
      { title: 'NAME', value: (pool) => safeLine(pool.name) },
      { title: 'TYPE', value: (pool) => safeLine(pool.type) },
      { title: 'STATUS', value: (pool) => showStatus(pool.status) },
      { title: 'WORKERS', value: (pool) => String(pool.workers.filter(({ status }) => status === 'ONLINE').length), right: true },
      { title: 'RUNNING', value: (pool) => `${pool.slotsUsed}${pool.concurrencyLimit === null ? '' : ` of ${pool.concurrencyLimit}`}`, right: true },
      { title: 'WAITING', value: (pool) => String(pool.waitingCount), right: true },
      { title: 'DESCRIPTION', value: (pool) => safeLine(pool.description ?? ''), shrinks: true },
    ],
    pools,
  )
}
