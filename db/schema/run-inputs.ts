import { bigint, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import type { JsonValue } from '../../core/json-value.ts'
import { instant, workspaceId } from './columns.ts'

/** What flow runs are given while they run: answers of people to their pauses, and messages of other runs. */
export const runInputs = pgTable(
  'run_inputs',
  {
    workspaceId: workspaceId(),
    id: uuid('id').notNull(),
    flowRunId: uuid('flow_run_id').notNull(),
    /** The order in which messages came. */
    position: bigint('position', { mode: 'number' }).generatedByDefaultAsIdentity().notNull(),
    kind: text('kind').$type<'answer' | 'message'>().notNull(),
    /** Of an answer: which pause of the run it is for. */
    key: text('key'),
    /** At most 512 KiB as JSON. */
    value: jsonb('value').$type<JsonValue>().notNull(),
    /** As `describeActor` says it. */
    sentBy: text('sent_by').notNull(),
    /** The run that sent it, when one did. */
    fromFlowRunId: uuid('from_flow_run_id'),
    createdAt: instant('created_at').notNull(),
    /** Of a message: which call of the run has received it. */
    receiver: text('receiver'),
    receivedAt: instant('received_at'),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.id] })],
)
