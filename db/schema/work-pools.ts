import { boolean, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import type { JsonObject } from '../../core/json-value.ts'
import { instant, workspaceId } from './columns.ts'

/** Where runs wait for workers of one type. Its concurrency limit is its row in `limits`. */
export const workPools = pgTable(
  'work_pools',
  {
    workspaceId: workspaceId(),
    id: uuid('id').notNull(),
    name: text('name').notNull(),
    type: text('type').notNull(),
    description: text('description'),
    isPaused: boolean('is_paused').notNull(),
    /** Defaults of job variables; deployment and run override them. */
    jobVariables: jsonb('job_variables').$type<JsonObject>().notNull(),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
    /** JSON of a `JobTemplate` as it was written; null = the default of the type. */
    baseJobTemplate: text('base_job_template'),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.id] })],
)

/** A lane of a pool. Every pool has `default`. Its concurrency limit is its row in `limits`. */
export const workQueues = pgTable(
  'work_queues',
  {
    workspaceId: workspaceId(),
    id: uuid('id').notNull(),
    workPoolId: uuid('work_pool_id').notNull(),
    name: text('name').notNull(),
    /** 1 first, strictly. */
    priority: integer('priority').notNull(),
    isPaused: boolean('is_paused').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.id] })],
)
