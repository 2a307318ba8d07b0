/** Reads which schedules need more occurrences. */
import { type SQL, sql } from 'drizzle-orm'
import type { Instant } from '../../../core/instant.ts'
import { instantOf, type Statement, type SystemStatement, sqlStatement, systemStatement, uuids } from '../../statement.ts'
import { type ScheduleRow, type ScheduleSqlRow, scheduleColumns, scheduleOf } from './schedule-row.ts'

export interface ScheduleToFill extends ScheduleRow {
  workspaceId: string
  /** The database's clock at the reading. */
  now: Instant
}

type ToFillSqlRow = ScheduleSqlRow & { workspace_id: string; now: string }

const columns: SQL = sql`${scheduleColumns}, schedules.workspace_id, now() as now`
const toFillOf = (row: ToFillSqlRow): ScheduleToFill => ({ ...scheduleOf(row), workspaceId: row.workspace_id, now: instantOf(row.now) })

/** Of all workspaces, the most urgent first. */
export const listSchedulesToFill = ({ limit }: { limit: number }): SystemStatement<ScheduleToFill[]> =>
  systemStatement(
    sqlStatement<ToFillSqlRow, ScheduleToFill[]>(
      () => sql`select ${columns} from schedules where fill_at <= now() order by fill_at limit ${limit}::int`,
      (rows) => rows.map(toFillOf),
    ),
  )

/** Of these deployments. */
export const listSchedulesToFillOf = (deploymentIds: readonly string[]): Statement<ScheduleToFill[]> =>
  sqlStatement<ToFillSqlRow, ScheduleToFill[]>(
    (workspaceId) => sql`
      select ${columns} from schedules where workspace_id = ${workspaceId}::uuid and deployment_id = any(${uuids(deploymentIds)}) and fill_at <= now()`,
    (rows) => rows.map(toFillOf),
  )

/** Of the deployments of this pool. */
export const listSchedulesToFillOfPool = (workPoolId: string): Statement<ScheduleToFill[]> =>
  sqlStatement<ToFillSqlRow, ScheduleToFill[]>(
    (workspaceId) => sql`
      select ${columns} from schedules
      where workspace_id = ${workspaceId}::uuid and fill_at <= now() and exists (
        select 1 from deployments d
        where d.workspace_id = schedules.workspace_id and d.id = schedules.deployment_id and d.work_pool_id = ${workPoolId}::uuid)`,
    (rows) => rows.map(toFillOf),
  )
