import { boolean, doublePrecision, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import type { JsonObject } from '../../core/json-value.ts'
import { CATCH_UPS, OVERLAPS } from '../../core/schedules/occurrence-policy.ts'
import type { ScheduleInput } from '../../core/schedules/schedule.ts'
import { instant, workspaceId } from './columns.ts'

/** When a deployment runs by itself. Its occurrences are flow runs, made ahead of time. */
export const schedules = pgTable(
  'schedules',
  {
    workspaceId: workspaceId(),
    id: uuid('id').notNull(),
    deploymentId: uuid('deployment_id').notNull(),
    /** Unique within the deployment. */
    slug: text('slug').notNull(),
    /** As core/schedules reads it. */
    definition: jsonb('definition').$type<ScheduleInput>().notNull(),
    /** Over the deployment's. */
    parameters: jsonb('parameters').$type<JsonObject>().notNull(),
    isPaused: boolean('is_paused').notNull(),
    catchUp: text('catch_up', { enum: CATCH_UPS }).notNull(),
    /** How long after its instant an occurrence that met no worker counts as missed. */
    maxLatenessMs: doublePrecision('max_lateness_ms').notNull(),
    overlap: text('overlap', { enum: OVERLAPS }).notNull(),
    /** Raised by every change of the schedule or its deployment: what was planned by an older one is not written. */
    revision: integer('revision').notNull(),
    /** Every instant before this one is made, or is not to be made. */
    filledUntil: instant('filled_until').notNull(),
    /** When occurrences are to be made again; null while paused, and when it is over. */
    fillAt: instant('fill_at'),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.id] })],
)

/** Occurrences ahead that a person has deleted: they are not made again. */
export const deletedOccurrences = pgTable(
  'deleted_occurrences',
  { workspaceId: workspaceId(), scheduleId: uuid('schedule_id').notNull(), occurrence: instant('occurrence').notNull() },
  (table) => [primaryKey({ columns: [table.workspaceId, table.scheduleId, table.occurrence] })],
)
