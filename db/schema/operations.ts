import { boolean, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import type { JsonObject } from '../../core/json-value.ts'
import { instant, workspaceId } from './columns.ts'

/** One verb on all runs that a filter has, carried out in steps. */
export const operations = pgTable(
  'operations',
  {
    workspaceId: workspaceId(),
    id: uuid('id').notNull(),
    kind: text('kind', { enum: ['cancel-flow-runs', 'retry-flow-runs', 'delete-flow-runs'] }).notNull(),
    /** Filter and arguments. */
    input: jsonb('input').$type<JsonObject>().notNull(),
    state: text('state', { enum: ['RUNNING', 'COMPLETED', 'STOPPED'] }).notNull(),
    /** Runs in the filter when it began, at most `most`. */
    total: integer('total').notNull(),
    most: integer('most').notNull(),
    processed: integer('processed').notNull(),
    changed: integer('changed').notNull(),
    unchanged: integer('unchanged').notNull(),
    refused: integer('refused').notNull(),
    /** The first twenty: run and message. */
    refusals: jsonb('refusals').$type<{ flowRunId: string; message: string }[]>().notNull(),
    isStopping: boolean('is_stopping').notNull(),
    /** Runs up to here are done. */
    place: uuid('place'),
    /** Runs above were made later. */
    bound: uuid('bound').notNull(),
    /** Somebody carries it out until then at the latest. */
    heldUntil: instant('held_until'),
    createdBy: text('created_by').notNull(),
    createdAt: instant('created_at').notNull(),
    endedAt: instant('ended_at'),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.id] })],
)
