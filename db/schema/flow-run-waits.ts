import { pgTable, primaryKey, uuid } from 'drizzle-orm/pg-core'
import { instant, workspaceId } from './columns.ts'

/** Runs that wait for runs. Until then the waiter lends its slots to the run that it waits for, and to those that this one waits for in turn. */
export const flowRunWaits = pgTable(
  'flow_run_waits',
  {
    workspaceId: workspaceId(),
    /** The run that is waited for. */
    flowRunId: uuid('flow_run_id').notNull(),
    /** The run whose process waits, and whose lease holds the slots. */
    waiterId: uuid('waiter_id').notNull(),
    until: instant('until').notNull(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.flowRunId, table.waiterId] })],
)
