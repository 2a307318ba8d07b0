import { jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import type { JsonValue } from '../../core/json-value.ts'
import { instant, workspaceId } from './columns.ts'

/** Named JSON values that people set and runs read. */
export const variables = pgTable(
  'variables',
  {
    workspaceId: workspaceId(),
    id: uuid('id').notNull(),
    /** Unique; `[a-z0-9_-]{1,255}`. */
    name: text('name').notNull(),
    /** At most 5,000 characters as JSON. */
    value: jsonb('value').$type<JsonValue>().notNull(),
    tags: text('tags').array().notNull(),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
    /** Who last set it, as `describeActor` says it. */
    updatedBy: text('updated_by'),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.id] })],
)
