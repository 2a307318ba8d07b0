import { pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { instant } from './columns.ts'

/** What everything else belongs to. Role `weir_app` sees only the one it is in. */
export const workspaces = pgTable('workspaces', {
  id: uuid('id').primaryKey(),
  accountId: uuid('account_id').notNull(),
  name: text('name').notNull(),
  /** Unique in the cell; stands in links. */
  handle: text('handle').notNull(),
  createdAt: instant('created_at').notNull(),
})
