import { bigint, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import type { JsonValue } from '../../core/json-value.ts'
import { instant, workspaceId } from './columns.ts'

/** What a run shows to people. The same id again replaces it (progress). Partitioned by flow run. */
export const artifacts = pgTable(
  'artifacts',
  {
    workspaceId: workspaceId(),
    flowRunId: uuid('flow_run_id').notNull(),
    id: uuid('id').notNull(),
    taskRunId: uuid('task_run_id'),
    key: text('key'),
    type: text('type', { enum: ['markdown', 'table', 'link', 'image', 'progress'] }).notNull(),
    description: text('description'),
    data: jsonb('data').$type<JsonValue>(),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
    sequence: bigint('sequence', { mode: 'number' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.flowRunId, table.id] })],
)
