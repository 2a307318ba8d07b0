/** A schedule of a deployment as people read it. */
import { type SQL, sql } from 'drizzle-orm'
import type { Instant } from '../../../core/instant.ts'
import type { JsonObject } from '../../../core/json-value.ts'
import type { CatchUp, Overlap } from '../../../core/schedules/occurrence-policy.ts'
import type { ScheduleInput } from '../../../core/schedules/schedule.ts'
import { instantOf, instantOrNull, type RawRow } from '../../statement.ts'

/** What people say of a schedule, and may change. */
export interface ScheduleSettings {
  /** Unique within the deployment. */
  slug: string
  definition: ScheduleInput
  parameters: JsonObject
  isPaused: boolean
  catchUp: CatchUp
  /** Milliseconds. */
  maxLateness: number
  overlap: Overlap
}

export interface ScheduleRow extends ScheduleSettings {
  id: string
  deploymentId: string
  revision: number
  /** Every instant before this one is made, or is not to be made. */
  filledUntil: Instant
  /** Null while it, or its deployment, is paused, and when it is over. */
  fillAt: Instant | null
  createdAt: Instant
  updatedAt: Instant
}

/** Each setting's column. */
const SETTING_COLUMNS = {
  slug: 'slug',
  definition: 'definition',
  parameters: 'parameters',
  isPaused: 'is_paused',
  catchUp: 'catch_up',
  maxLateness: 'max_lateness_ms',
  overlap: 'overlap',
} as const satisfies Record<keyof ScheduleSettings, string>

type SettingColumns = { [Key in keyof ScheduleSettings as (typeof SETTING_COLUMNS)[Key]]: ScheduleSettings[Key] }

export type ScheduleSqlRow = RawRow &
  SettingColumns & {
    id: string
    deployment_id: string
    revision: number
    filled_until: string
    fill_at: string | null
    created_at: string
    updated_at: string
  }

/** Settings by their columns: those that are undefined are left out. */
export const settingColumns = (settings: { [Key in keyof ScheduleSettings]?: ScheduleSettings[Key] | null | undefined }): Record<string, unknown> =>
  Object.fromEntries(Object.entries(SETTING_COLUMNS).map(([key, column]) => [column, settings[key as keyof ScheduleSettings]]))

/** Select list on `schedules`. */
export const scheduleColumns: SQL = sql`
  schedules.id, schedules.deployment_id, schedules.slug, schedules.definition, schedules.parameters, schedules.is_paused, schedules.catch_up,
  schedules.max_lateness_ms, schedules.overlap, schedules.revision, schedules.filled_until, schedules.fill_at, schedules.created_at, schedules.updated_at`

export const scheduleOf = (row: ScheduleSqlRow): ScheduleRow => ({
  id: row.id,
  deploymentId: row.deployment_id,
  slug: row.slug,
  definition: row.definition,
  parameters: row.parameters,
  isPaused: row.is_paused,
  catchUp: row.catch_up,
  maxLateness: row.max_lateness_ms,
  overlap: row.overlap,
  revision: row.revision,
  filledUntil: instantOf(row.filled_until),
  fillAt: instantOrNull(row.fill_at),
  createdAt: instantOf(row.created_at),
  updatedAt: instantOf(row.updated_at),
})
