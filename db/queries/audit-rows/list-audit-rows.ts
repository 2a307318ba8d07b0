/** Reads who did what. */
import { type SQL, sql } from 'drizzle-orm'
import { isUuid } from '../../../core/ids.ts'
import type { Instant } from '../../../core/instant.ts'
import type { JsonObject } from '../../../core/json-value.ts'
import { instantOf, type RawRow, type Statement, sqlStatement, uuids } from '../../statement.ts'
import { type InstantFilter, instantConditions, type StringFilter, textConditions } from '../flow-runs/flow-run-filter.ts'
import { COUNTED_TO, type Count, countOf, type Keyset, type Page, pageClauses, type Rows, rowsOf } from '../page.ts'

export interface AuditRow {
  id: string
  occurredAt: Instant
  /** As `describeActor` says it. */
  actor: string
  /** `noun:verb`. */
  action: string
  /** Id or name of what it was done to. */
  subject: string
  details: JsonObject
}

export interface AuditRowFilter {
  actor?: StringFilter | null
  action?: StringFilter | null
  subject?: StringFilter | null
  occurredAt?: InstantFilter | null
}

const keyset: Keyset = { name: 'AUDIT_ROWS', direction: 'desc', columns: [{ expression: sql`id`, type: 'uuid', isValid: isUuid }] }

/** Newest first. Throws BadCursor. */
export function listAuditRows({ filter, page }: { filter?: AuditRowFilter | null; page: Page }): Statement<Rows<AuditRow>> {
  const { where, orderAndLimit, key } = pageClauses(keyset, page)
  return sqlStatement<SqlRow & { key: string[] }, Rows<AuditRow>>(
    (workspaceId) =>
      sql`select ${columns}, ${key} as key from audit_rows where workspace_id = ${workspaceId}::uuid and ${condition(filter)}${where}${orderAndLimit}`,
    (rows) => rowsOf(keyset, page, rows, rowOf),
  )
}

/** Exact to 10,000. */
export const countAuditRows = (filter?: AuditRowFilter | null): Statement<Count> =>
  sqlStatement<{ counted: number }, Count>(
    (workspaceId) => sql`
      select count(*)::int as counted from (
        select 1 from audit_rows where workspace_id = ${workspaceId}::uuid and ${condition(filter)} order by id limit ${COUNTED_TO + 1}
      ) counted`,
    ([row]) => countOf(row?.counted ?? 0),
  )

/** By id, in any order. */
export const findAuditRows = (ids: readonly string[]): Statement<AuditRow[]> =>
  sqlStatement<SqlRow, AuditRow[]>(
    (workspaceId) => sql`select ${columns} from audit_rows where workspace_id = ${workspaceId}::uuid and id = any(${uuids(ids)})`,
    (rows) => rows.map(rowOf),
  )

const condition = (filter?: AuditRowFilter | null): SQL =>
  sql.join(
    [
      sql`true`,
      ...textConditions(sql`actor`, filter?.actor),
      ...textConditions(sql`action`, filter?.action),
      ...textConditions(sql`subject`, filter?.subject),
      ...instantConditions(sql`occurred_at`, filter?.occurredAt),
    ],
    sql` and `,
  )

const columns = sql`id, occurred_at, actor, action, subject, details`
type SqlRow = RawRow & { id: string; occurred_at: string; actor: string; action: string; subject: string; details: JsonObject }
const rowOf = (row: SqlRow): AuditRow => ({
  id: row.id,
  occurredAt: instantOf(row.occurred_at),
  actor: row.actor,
  action: row.action,
  subject: row.subject,
  details: row.details,
})
