import { pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { instant, workspaceId } from './columns.ts'

/** A flow by its name; made by the first deploy or run that names it. */
export const flows = pgTable(
  'flows',
  { workspaceId: workspaceId(), id: uuid('id').notNull(), name: text('name').notNull(), createdAt: instant('created_at').notNull() },
  (table) => [primaryKey({ columns: [table.workspaceId, table.id] })],
)
