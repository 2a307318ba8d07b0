/** Reads schedules by id and of deployments. */
import { sql } from 'drizzle-orm'
import { type Statement, sqlStatement, uuids } from '../../statement.ts'
import { type ScheduleRow, type ScheduleSqlRow, scheduleColumns, scheduleOf } from './schedule-row.ts'

/** By id, in any order. */
export const findSchedules = (ids: readonly string[]): Statement<ScheduleRow[]> =>
  sqlStatement<ScheduleSqlRow, ScheduleRow[]>(
    (workspaceId) => sql`select ${scheduleColumns} from schedules where workspace_id = ${workspaceId}::uuid and id = any(${uuids(ids)})`,
    (rows) => rows.map(scheduleOf),
  )

/** All schedules of these deployments, by slug: a deployment has some dozens at most. */
export const findSchedulesOfDeployments = (deploymentIds: readonly string[]): Statement<ScheduleRow[]> =>
  sqlStatement<ScheduleSqlRow, ScheduleRow[]>(
    (workspaceId) => sql`
      select ${scheduleColumns} from schedules
      where workspace_id = ${workspaceId}::uuid and deployment_id = any(${uuids(deploymentIds)}) order by deployment_id, slug`,
    (rows) => rows.map(scheduleOf),
  )
