import { pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { instant, workspaceId } from './columns.ts'

/** Who ends leases, and when it last looked: a judge that was away judges nobody for a while. */
export const judges = pgTable(
  'judges',
  {
    workspaceId: workspaceId(),
    /** `work-pool/<id>` or `sweep`. */
    name: text('name').notNull(),
    judgedAt: instant('judged_at').notNull(),
    /** Until then everybody it judges is given grace. */
    graceUntil: instant('grace_until'),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.name] })],
)
