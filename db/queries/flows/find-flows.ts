/** Reads flows. They are made by the statements that first name them: a saved deployment, a started script. */
import { type SQL, sql } from 'drizzle-orm'
import type { Instant } from '../../../core/instant.ts'
import { isOneOf, instantOf, type RawRow, type Statement, sqlStatement } from '../../statement.ts'
import { type StringFilter, textConditions } from '../flow-runs/flow-run-filter.ts'
import { COUNTED_TO, type Count, countOf, type Keyset, type Page, pageClauses, type Rows, rowsOf } from '../page.ts'

export interface FlowRow {
  id: string
  name: string
  createdAt: Instant
}

export interface FlowFilter {
  name?: StringFilter | null
}

/** By id, in any order. */
export const findFlows = (ids: readonly string[]): Statement<FlowRow[]> =>
  sqlStatement<FlowSqlRow, FlowRow[]>(
    (workspaceId) => sql`select id, name, created_at from flows where workspace_id = ${workspaceId}::uuid and ${isOneOf(sql`id`, ids)}`,
    (rows) => rows.map(flowOf),
  )

export const findFlowByName = (name: string): Statement<FlowRow | null> =>
  sqlStatement<FlowSqlRow, FlowRow | null>(
    (workspaceId) => sql`select id, name, created_at from flows where workspace_id = ${workspaceId}::uuid and name = ${name}`,
    ([row]) => (row ? flowOf(row) : null),
  )

const keyset: Keyset = { name: 'FLOWS', direction: 'asc', columns: [{ expression: sql`name`, type: 'text', isValid: (text) => text.length <= 255 }] }

/** By name. Throws BadCursor. */
export function listFlows({ filter, page }: { filter?: FlowFilter | null; page: Page }): Statement<Rows<FlowRow>> {
  const { where, orderAndLimit, key } = pageClauses(keyset, page)
  return sqlStatement<FlowSqlRow & { key: string[] }, Rows<FlowRow>>(
    (workspaceId) => sql`
      select id, name, created_at, ${key} as key from flows where workspace_id = ${workspaceId}::uuid and ${condition(filter)}${where}${orderAndLimit}`,
    (rows) => rowsOf(keyset, page, rows, flowOf),
  )
}

/** Exact to 10,000. */
export const countFlows = (filter?: FlowFilter | null): Statement<Count> =>
  sqlStatement<{ counted: number }, Count>(
    (workspaceId) => sql`
      select count(*)::int as counted from (
        select 1 from flows where workspace_id = ${workspaceId}::uuid and ${condition(filter)} limit ${COUNTED_TO + 1}
      ) counted`,
    ([row]) => countOf(row?.counted ?? 0),
  )

const condition = (filter?: FlowFilter | null): SQL => sql.join([sql`true`, ...textConditions(sql`name`, filter?.name)], sql` and `)

type FlowSqlRow = RawRow & { id: string; name: string; created_at: string }
const flowOf = (row: FlowSqlRow): FlowRow => ({ id: row.id, name: row.name, createdAt: instantOf(row.created_at) })
