import { bigint, integer, jsonb, pgTable, primaryKey, uuid } from 'drizzle-orm/pg-core'
import type { RecordedLine } from '../name-order.ts'
import { instant, workspaceId } from './columns.ts'

/** Log lines of one run as they came: one row a chunk. Read in the order of (sequence, position in the chunk). Partitioned by flow run. */
export const logChunks = pgTable(
  'log_chunks',
  {
    workspaceId: workspaceId(),
    flowRunId: uuid('flow_run_id').notNull(),
    /** Of the root run: rises with every chunk stored. */
    sequence: bigint('sequence', { mode: 'number' }).notNull(),
    epoch: integer('epoch').notNull(),
    /** Key of a chunk that carries no report number (captured output), so that it is stored once. */
    chunkId: uuid('chunk_id'),
    lines: jsonb('lines').$type<RecordedLine[]>().notNull(),
    lineCount: integer('line_count').notNull(),
    /** Index in LOG_LEVELS of the highest line. */
    highestLevel: integer('highest_level').notNull(),
    firstTime: instant('first_time').notNull(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.flowRunId, table.sequence] })],
)
