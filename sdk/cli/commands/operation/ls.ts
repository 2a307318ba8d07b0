import { MOST_ROWS, readUpTo } from '../../read-all.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { showAgo } from '../../show-time.ts'
import { printTable } from '../../table.ts'
import { printJson, say } from '../../terminal.ts'
import { LIST, type OperationRow } from './documents.ts'
import { operationJson } from './operation-json.ts'
import { stateOf, verbOf } from './show-operation.ts'

/** `weir operation ls`. */
export async function execute(_: string[], options: CommonOptions & { limit: number }): Promise<void> {
  const { client, json } = openSession(options)
  const { rows, last } = await readUpTo(options.limit, async (first, after) => (await client.ask(LIST, { first, after })).operations)
  if (json) return printJson(rows.map(operationJson))
  if (rows.length === 0) return say('No operation yet. Flags instead of a run begin one: weir flow-run cancel --state scheduled')
  printTable<OperationRow>(
    [
      { title: 'ID', value: ({ uuid }) => uuid },
      { title: 'WHAT', value: verbOf },
      { title: 'STATE', value: stateOf },
      { title: 'DONE', value: ({ processedCount, totalCount }) => `${processedCount} of ${totalCount}`, right: true },
      { title: 'LEFT', value: ({ refusedCount }) => String(refusedCount), right: true },
      { title: 'BEGUN', value: ({ createdAt }) => showAgo(createdAt) },
      { title: 'BY', value: ({ createdBy }) => safeLine(createdBy), shrinks: true },
    ],
    rows,
  )
  if (last.pageInfo.hasNextPage) say(`${rows.length} of ${last.totalCount}. More: --limit ${Math.min(MOST_ROWS, Math.max(200, rows.length * 10))}`)
}
