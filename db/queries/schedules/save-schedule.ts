/** Making, changing and deleting schedules. The SQL is in the functions `save_schedule` and `delete_schedules` of db/migrations. */
import { sql } from 'drizzle-orm'
import { jsonb, type Statement, sqlStatement, uuids } from '../../statement.ts'
import type { Deed } from '../audit-rows/deed.ts'
import { type ScheduleSettings, settingColumns } from './schedule-row.ts'

interface NewSchedule extends Omit<ScheduleSettings, 'slug'> {
  id: string
  deploymentId: string
  /** Null = `baseSlug`, with the first number behind it that is free. */
  slug: string | null
  baseSlug: string
}

/** What is undefined stays as it is. */
export type ScheduleChange = { [Key in keyof ScheduleSettings]?: ScheduleSettings[Key] | undefined }

/** `taken`: by another schedule of the deployment, whose id this is. What is ahead was removed wherever something changed: it is to be filled. */
export interface SavedSchedule {
  outcome: 'created' | 'changed' | 'unchanged' | 'taken' | 'too-many' | 'not-found'
  scheduleId: string
  deploymentId: string
}

/** `most`: schedules of one deployment. */
export const createSchedule = (schedule: NewSchedule, most: number, deed: Deed): Statement<SavedSchedule> =>
  save({
    ...settingColumns(schedule),
    new_id: schedule.id,
    deployment_id: schedule.deploymentId,
    base_slug: schedule.baseSlug,
    most,
    deed,
  })

/** Idempotent: the same again changes nothing. */
export const updateSchedule = (id: string, change: ScheduleChange, deed: Deed): Statement<SavedSchedule> =>
  save({ ...settingColumns(change), id, deed })

const save = (given: Record<string, unknown>): Statement<SavedSchedule> =>
  sqlStatement<{ outcome: SavedSchedule['outcome']; schedule_id: string; deployment_id: string }, SavedSchedule>(
    (workspaceId) => sql`select * from save_schedule(${workspaceId}::uuid, ${jsonb(given)})`,
    ([row]) => {
      if (!row) throw new Error('save_schedule answered without a row')
      return { outcome: row.outcome, scheduleId: row.schedule_id, deploymentId: row.deployment_id }
    },
  )

/** Deletes schedules of a deployment, all of them when `ids` is null, and their runs that nobody has begun. Answers the ids of those that were there. */
export const deleteSchedules = ({ deploymentId, ids }: { deploymentId: string; ids: readonly string[] | null }, deed: Deed): Statement<string[]> =>
  sqlStatement<{ deleted: string[] }, string[]>(
    (workspaceId) =>
      sql`select delete_schedules(${workspaceId}::uuid, ${deploymentId}::uuid, ${ids === null ? sql`null` : uuids(ids)}, ${jsonb(deed)}) as deleted`,
    ([row]) => row?.deleted ?? [],
  )
