/** Reads the list of runs by keyset, in each of its orders, and counts it. Every order has an index. */
import { type SQL, sql } from 'drizzle-orm'
import { isUuid } from '../../../core/ids.ts'
import { parseInstant } from '../../../core/instant.ts'
import { isOneOf, type Statement, sqlStatement } from '../../statement.ts'
import { COUNTED_TO, type Count, countOf, type Keyset, type Page, pageClauses, type Rows, rowsOf } from '../page.ts'
import { type FlowRunFilter, type FlowRunOrder, flowRunCondition } from './flow-run-filter.ts'
import { begin, due } from './flow-run-times.ts'
import { type FlowRunRow, type FlowRunSqlRow, flowRunColumns, flowRunJoins, flowRunOf } from './flow-run-row.ts'

const id = { expression: sql`flow_runs.id`, type: 'uuid', isValid: isUuid }
const time = (expression: SQL) => ({
  expression,
  type: 'timestamptz',
  isValid: (text: string) => /^-?infinity$/.test(text) || parseInstant(text) !== null,
})

/** Ids are ordered by time, so they are the order of creation. */
const KEYSETS: Record<FlowRunOrder, Keyset> = {
  CREATED_DESC: { name: 'CREATED', direction: 'desc', columns: [id] },
  CREATED_ASC: { name: 'CREATED', direction: 'asc', columns: [id] },
  START_TIME_DESC: {
    name: 'START_TIME',
    direction: 'desc',
    columns: [time(begin), id],
  },
  SCHEDULED_TIME_ASC: { name: 'SCHEDULED_TIME', direction: 'asc', columns: [time(due), id] },
}

/** One page of runs: which ones first, so that only those are joined with what they are of. Throws BadCursor. */
export function listFlowRuns({
  filter,
  order,
  page,
}: {
  filter?: FlowRunFilter | null
  order: FlowRunOrder
  page: Page
}): Statement<Rows<FlowRunRow>> {
  const keyset = KEYSETS[order]
  const { where, orderBy, orderAndLimit, key } = pageClauses(keyset, page)
  return sqlStatement<FlowRunSqlRow & { key: string[] }, Rows<FlowRunRow>>(
    (workspaceId) => sql`
      select ${flowRunColumns}, ${key} as key ${flowRunJoins}
      where flow_runs.workspace_id = ${workspaceId}::uuid and flow_runs.id = any(array(
        select flow_runs.id from flow_runs
        where flow_runs.workspace_id = ${workspaceId}::uuid and ${flowRunCondition(workspaceId, filter)}${where}${orderAndLimit}))${orderBy}`,
    (rows) => rowsOf(keyset, page, rows, flowRunOf),
  )
}

/** How many runs the filter has, exact to 10,000. Without a filter the order keeps it on the index of one workspace, however much of the table that is. */
export const countFlowRuns = (filter?: FlowRunFilter | null): Statement<Count> =>
  sqlStatement<{ counted: number }, Count>(
    (workspaceId) => sql`
      select count(*)::int as counted from (
        select 1 from flow_runs where flow_runs.workspace_id = ${workspaceId}::uuid and ${flowRunCondition(workspaceId, filter)}
        ${filter ? sql`` : sql`order by flow_runs.id`} limit ${COUNTED_TO + 1}
      ) matching`,
    ([row]) => countOf(row?.counted ?? 0),
  )

/** Of the given runs, those that the filter has: what a live list asks about runs that have changed. */
export const filterFlowRuns = (ids: readonly string[], filter?: FlowRunFilter | null): Statement<FlowRunRow[]> =>
  sqlStatement<FlowRunSqlRow, FlowRunRow[]>(
    (workspaceId) => sql`
      select ${flowRunColumns} ${flowRunJoins}
      where flow_runs.workspace_id = ${workspaceId}::uuid and ${isOneOf(sql`flow_runs.id`, ids)} and ${flowRunCondition(workspaceId, filter)}`,
    (rows) => rows.map(flowRunOf),
  )
