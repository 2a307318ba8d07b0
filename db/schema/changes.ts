import { bigint, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { instant, transactionId, workspaceId } from './columns.ts'

/**
 * What listeners have not heard yet, written by every transition. A cursor is (xid, id); readers take only what lies below the oldest transaction
 * still running, so nothing that commits late is skipped. Daily partitions, kept for 48 h.
 */
export const changes = pgTable(
  'changes',
  {
    workspaceId: workspaceId(),
    xid: transactionId('xid').notNull(),
    id: bigint('id', { mode: 'number' }).notNull(),
    /** A name from core/topics.ts. */
    topic: text('topic').notNull(),
    flowRunId: uuid('flow_run_id'),
    /** Parts of core/topics.ts that moved. */
    changed: text('changed').array().notNull(),
    writtenAt: instant('written_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.topic, table.xid, table.id, table.writtenAt] })],
)
