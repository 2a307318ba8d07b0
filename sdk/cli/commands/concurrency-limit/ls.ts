import { readAll } from '../../read-all.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { printTable } from '../../table.ts'
import { printJson, say } from '../../terminal.ts'
import { LIST, type LimitRow } from './documents.ts'
import { limitJson } from './limit-json.ts'
import { showUse } from './show-use.ts'

/** `weir concurrency-limit ls`. */
export async function execute(_: string[], options: CommonOptions): Promise<void> {
  const { client, json } = openSession(options)
  const rows = await readAll(async (after) => (await client.ask(LIST, { after })).concurrencyLimits)
  if (json) return printJson(rows.map(limitJson))
  if (rows.length === 0) return say('No concurrency limit yet. Make one: weir concurrency-limit create NAME --limit N')
  printTable<LimitRow>(
    [
      { title: 'NAME', value: (row) => safeLine(row.name), shrinks: true },
      { title: 'TAKEN', value: showUse },
      { title: 'COME BACK', value: (row) => (row.slotDecayPerSecond === null ? '-' : `${row.slotDecayPerSecond}/s`) },
      { title: 'WAITING', value: (row) => String(row.waitingCount) },
      { title: 'ACTIVE', value: (row) => (row.isActive ? 'yes' : 'no') },
    ],
    rows,
  )
}
