import { MOST_ROWS, readUpTo } from '../../read-all.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { showAgo } from '../../show-time.ts'
import { printTable } from '../../table.ts'
import { printJson, say } from '../../terminal.ts'
import { type EventRow, LIST } from './documents.ts'
import { eventFilter, type FilterOptions } from './event-filter.ts'
import { eventJson } from './event-json.ts'

/** `weir event ls`. */
export async function execute(_: string[], options: CommonOptions & FilterOptions & { limit: number }): Promise<void> {
  const { client, json } = openSession(options)
  const filter = await eventFilter(client, options)
  const { rows, last } = await readUpTo(options.limit, async (first, after) => (await client.ask(LIST, { first, after, filter })).events)
  if (json) return printJson(rows.map(eventJson))
  if (rows.length === 0) return say(filter ? 'Nothing matches.' : 'No event yet. Tell of one: weir event emit NAME --resource-id ID')
  printTable<EventRow>(
    [
      { title: 'ID', value: (row) => row.uuid },
      { title: 'OCCURRED', value: (row) => showAgo(row.occurred) },
      { title: 'NAME', value: (row) => safeLine(row.name), shrinks: true },
      { title: 'RESOURCE', value: (row) => safeLine(row.resource.id), shrinks: true },
      { title: 'PAYLOAD', value: (row) => safeLine(Object.keys(row.payload).length === 0 ? '' : JSON.stringify(row.payload)), shrinks: true },
    ],
    rows,
  )
  if (last.pageInfo.hasNextPage) say(`${rows.length} of ${last.totalCount}. More: --limit ${Math.min(MOST_ROWS, Math.max(200, rows.length * 10))}`)
}
