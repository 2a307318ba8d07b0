import { jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import type { JsonObject } from '../../core/json-value.ts'
import { instant, workspaceId } from './columns.ts'

/** Who did what of the administrative verbs. Only ever inserted. */
export const auditRows = pgTable(
  'audit_rows',
  {
    workspaceId: workspaceId(),
    id: uuid('id').notNull(),
    occurredAt: instant('occurred_at').notNull(),
    actor: text('actor').notNull(),
    /** `api-keys:create`. */
    action: text('action').notNull(),
    subject: text('subject').notNull(),
    details: jsonb('details').$type<JsonObject>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.id] })],
)
