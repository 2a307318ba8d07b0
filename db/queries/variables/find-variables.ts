/** Reads variables by id, by name, and page by page in the order of their names. */
import { type SQL, sql } from 'drizzle-orm'
import type { Instant } from '../../../core/instant.ts'
import type { JsonValue } from '../../../core/json-value.ts'
import { instantOf, type RawRow, type Statement, sqlStatement, texts, uuids } from '../../statement.ts'
import { type StringFilter, textConditions } from '../flow-runs/flow-run-filter.ts'
import { COUNTED_TO, type Count, countOf, type Keyset, type Page, pageClauses, type Rows, rowsOf } from '../page.ts'

export interface VariableRow {
  id: string
  name: string
  value: JsonValue
  tags: string[]
  createdAt: Instant
  updatedAt: Instant
  /** Null when that is not known. */
  updatedBy: string | null
}

export interface VariableFilter {
  name?: StringFilter | null
  tags?: { all?: string[] | null; any?: string[] | null } | null
}

/** By id, in any order. */
export const findVariables = (ids: readonly string[]): Statement<VariableRow[]> =>
  sqlStatement<VariableSqlRow, VariableRow[]>(
    (workspaceId) => sql`select ${columns} from variables where workspace_id = ${workspaceId}::uuid and id = any(${uuids(ids)})`,
    (rows) => rows.map(variableOf),
  )

export const findVariableByName = (name: string): Statement<VariableRow | null> =>
  sqlStatement<VariableSqlRow, VariableRow | null>(
    (workspaceId) => sql`select ${columns} from variables where workspace_id = ${workspaceId}::uuid and name = ${name}`,
    ([row]) => (row ? variableOf(row) : null),
  )

const keyset: Keyset = {
  name: 'VARIABLES',
  direction: 'asc',
  columns: [{ expression: sql`name`, type: 'text', isValid: (text) => /^[a-z0-9_-]{1,255}$/.test(text) }],
}

/** By name. Throws BadCursor. */
export function listVariables({ filter, page }: { filter?: VariableFilter | null; page: Page }): Statement<Rows<VariableRow>> {
  const { where, orderAndLimit, key } = pageClauses(keyset, page)
  return sqlStatement<VariableSqlRow & { key: string[] }, Rows<VariableRow>>(
    (workspaceId) =>
      sql`select ${columns}, ${key} as key from variables where workspace_id = ${workspaceId}::uuid and ${condition(filter)}${where}${orderAndLimit}`,
    (rows) => rowsOf(keyset, page, rows, variableOf),
  )
}

/** Exact to 10,000. */
export const countVariables = (filter?: VariableFilter | null): Statement<Count> =>
  sqlStatement<{ counted: number }, Count>(
    (workspaceId) => sql`
      select count(*)::int as counted from (
        select 1 from variables where workspace_id = ${workspaceId}::uuid and ${condition(filter)} limit ${COUNTED_TO + 1}
      ) counted`,
    ([row]) => countOf(row?.counted ?? 0),
  )

function condition(filter?: VariableFilter | null): SQL {
  const { name, tags } = filter ?? {}
  const conditions = [
    ...textConditions(sql`name`, name),
    ...(tags?.all ? [sql`tags @> ${texts(tags.all)}`] : []),
    ...(tags?.any ? [sql`tags && ${texts(tags.any)}`] : []),
  ]
  return conditions.length === 0 ? sql`true` : sql`(${sql.join(conditions, sql` and `)})`
}

const columns = sql`id, name, value, tags, created_at, updated_at, updated_by`

interface VariableSqlRow extends RawRow {
  id: string
  name: string
  value: JsonValue
  tags: string[]
  created_at: string
  updated_at: string
  updated_by: string | null
}

const variableOf = (row: VariableSqlRow): VariableRow => ({
  id: row.id,
  name: row.name,
  value: row.value,
  tags: row.tags,
  createdAt: instantOf(row.created_at),
  updatedAt: instantOf(row.updated_at),
  updatedBy: row.updated_by,
})
