/** A schedule of a deployment as people read it. */
import { type SQL, sql } from 'drizzle-orm'
import type { Instant } from '../../../core/instant.ts'
import type { JsonObject } from '../../../core/json-value.ts'
import type { CatchUp, Overlap } from '../../../core/schedules/occurrence-policy.ts'
import type { ScheduleInput } from '../../../core/schedules/schedule.ts'
import { instantOf, instantOrNull, type RawRow } from '../../statement.ts'

export interface ScheduleRow {
  id: string
  deploymentId: string
  /** Unique within the deployment. */
  slug: string
  definition: ScheduleInput
  parameters: JsonObject
  isPaused: boolean
  catchUp: CatchUp
  /** Milliseconds. */
  maxLateness: number
  overlap: Overlap
  revision: number
  /** Every instant before this one is made, or is not to be made. */
  filledUntil: Instant
  /** Null while it, or its deployment, is paused, and when it is over. */
  fillAt: Instant | null
  createdAt: Instant
  updatedAt: Instant
}

export type ScheduleSqlRow = RawRow & {
  id: string
  deployment_id: string
  slug: string
  definition: ScheduleInput
  parameters: JsonObject
  is_paused: boolean
  catch_up: CatchUp
  max_lateness_ms: number
  overlap: Overlap
  revision: number
  filled_until: string
  fill_at: string | null
  created_at: string
  updated_at: string
}

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
