import { MOST_ROWS, readUpTo } from '../../read-all.ts'
import { safeLine } from '../../safe-text.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { showAgo } from '../../show-time.ts'
import { printTable } from '../../table.ts'
import { printJson, say, showState } from '../../terminal.ts'
import { formatDuration } from '../../../../core/duration.ts'
import { type FlowRunRow, LIST } from './documents.ts'
import { buildFilter, type FilterOptions } from './flow-run-filter.ts'
import { flowRunJson } from './flow-run-json.ts'

type Options = CommonOptions & FilterOptions & { limit: number }

/** `weir flow-run ls`. */
export async function execute(_: string[], options: Options): Promise<void> {
  const { client, json } = openSession(options)
  const filter = buildFilter(options)
  const { rows, last } = await readUpTo(options.limit, async (first, after) => (await client.ask(LIST, { first, after, filter })).flowRuns)
  if (json) return printJson(rows.map(flowRunJson))
  if (rows.length === 0) return say(filter ? 'No flow run matches.' : 'No flow run yet. Start one: weir deployment run FLOW/DEPLOYMENT')
  printTable<FlowRunRow>(
    [
      { title: 'ID', value: (run) => run.uuid },
      { title: 'STATE', value: (run) => showState(run.state) },
      { title: 'NAME', value: (run) => safeLine(run.name), shrinks: true },
      { title: 'DEPLOYMENT', value: (run) => safeLine(run.deployment?.fullName ?? run.flow.name), shrinks: true },
      { title: 'CREATED', value: (run) => showAgo(run.createdAt) },
      {
        title: 'TOOK',
        value: (run) => (run.startTime && run.endTime ? formatDuration(Date.parse(run.endTime) - Date.parse(run.startTime)) : ''),
        right: true,
      },
    ],
    rows,
  )
  if (last.pageInfo.hasNextPage) say(`${rows.length} of ${last.totalCount}. More: --limit ${Math.min(MOST_ROWS, Math.max(200, rows.length * 10))}`)
}
