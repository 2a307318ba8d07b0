/** Reads who did what. */
import { type SQL, sql } from 'drizzle-orm'
import { isUuid } from '../../../core/ids.ts'
import type { Instant } from '../../../core/instant.ts'
import type { JsonObject } from '../../../core/json-value.ts'
import { instantOf, type RawRow, type Statement, sqlStatement, uuids } from '../../statement.ts'
import { type InstantFilter, instantConditions, type StringFilter, textConditions } from '../flow-runs/flow-run-filter.ts'
import { COUNTED_TO, type Count, countOf, type Keyset, type Page, pageClauses, type Rows, rowsOf } from '../page.ts'
import { subjectName } from './subject-name.ts'

export interface AuditRow {
  id: string
  occurredAt: Instant
  /** As `describeActor` says it. */
  actor: string
  /** `noun:verb`. */
  action: string
  /** Id or name of what it was done to. */
  subject: string
  /** As the deed noted it, else as it is now; null when the thing is gone, or has none. */
  subjectName: string | null
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
      sql`select ${columns(workspaceId)}, ${key} as key from audit_rows where workspace_id = ${workspaceId}::uuid and ${condition(filter)}${where}${orderAndLimit}`,
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
    (workspaceId) => sql`select ${columns(workspaceId)} from audit_rows where workspace_id = ${workspaceId}::uuid and id = any(${uuids(ids)})`,
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

const columns = (workspaceId: string): SQL => sql`id, occurred_at, actor, action, subject, details, ${subjectName(workspaceId)} as subject_name`
type SqlRow = RawRow & {
  id: string
  occurred_at: string
  actor: string
  action: string
  subject: string
  subject_name: string | null
  details: JsonObject
}
const rowOf = (row: SqlRow): AuditRow => ({
  id: row.id,
  occurredAt: instantOf(row.occurred_at),
  actor: row.actor,
  action: row.action,
  subject: row.subject,
  subjectName: row.subject_name,
  details: row.details,
})
