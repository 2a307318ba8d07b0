/** Making, changing and deleting schedules. The SQL is in the functions `save_schedule` and `delete_schedules` of db/migrations. */
import { sql } from 'drizzle-orm'
import type { JsonObject } from '../../../core/json-value.ts'
import type { CatchUp, Overlap } from '../../../core/schedules/occurrence-policy.ts'
import type { ScheduleInput } from '../../../core/schedules/schedule.ts'
import { jsonb, type Statement, sqlStatement, uuids } from '../../statement.ts'
import type { Deed } from '../audit-rows/deed.ts'

interface NewSchedule {
  id: string
  deploymentId: string
  /** Null = `baseSlug`, with the first number behind it that is free. */
  slug: string | null
  baseSlug: string
  definition: ScheduleInput
  parameters: JsonObject
  isPaused: boolean
  catchUp: CatchUp
  /** Milliseconds. */
  maxLateness: number
  overlap: Overlap
}

/** What is undefined stays as it is. */
export interface ScheduleChange {
  slug?: string | undefined
  definition?: ScheduleInput | undefined
  parameters?: JsonObject | undefined
  isPaused?: boolean | undefined
  catchUp?: CatchUp | undefined
  maxLateness?: number | undefined
  overlap?: Overlap | undefined
}

/** `taken`: by another schedule of the deployment, whose id this is. What is ahead was removed wherever something changed: it is to be filled. */
export interface SavedSchedule {
  outcome: 'created' | 'changed' | 'unchanged' | 'taken' | 'too-many' | 'not-found'
  scheduleId: string
  deploymentId: string
}

/** `most`: schedules of one deployment. */
export const createSchedule = (schedule: NewSchedule, most: number, deed: Deed): Statement<SavedSchedule> =>
  save({
    new_id: schedule.id,
    deployment_id: schedule.deploymentId,
    slug: schedule.slug,
    base_slug: schedule.baseSlug,
    definition: schedule.definition,
    parameters: schedule.parameters,
    is_paused: schedule.isPaused,
    catch_up: schedule.catchUp,
    max_lateness_ms: schedule.maxLateness,
    overlap: schedule.overlap,
    most,
    deed,
  })

/** Idempotent: the same again changes nothing. */
export const updateSchedule = (id: string, change: ScheduleChange, deed: Deed): Statement<SavedSchedule> =>
  save({
    id,
    slug: change.slug,
    definition: change.definition,
    parameters: change.parameters,
    is_paused: change.isPaused,
    catch_up: change.catchUp,
    max_lateness_ms: change.maxLateness,
    overlap: change.overlap,
    deed,
  })

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
