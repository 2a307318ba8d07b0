import { bigint, doublePrecision, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { STATE_TYPES, type State } from '../../core/states.ts'
import { instant, workspaceId } from './columns.ts'

/** A task run: one row with its states, folded by the runner. Partitioned by flow run. */
export const taskRuns = pgTable(
  'task_runs',
  {
    workspaceId: workspaceId(),
    flowRunId: uuid('flow_run_id').notNull(),
    id: uuid('id').notNull(),
    name: text('name').notNull(),
    taskKey: text('task_key').notNull(),
    dynamicKey: text('dynamic_key').notNull(),
    tags: text('tags').array().notNull(),
    runCount: integer('run_count').notNull(),
    stateType: text('state_type', { enum: STATE_TYPES }).notNull(),
    stateName: text('state_name').notNull(),
    /** Oldest first; the last one is the present state. */
    states: jsonb('states').$type<State[]>().notNull(),
    /** The first state's timestamp: when the task was called. */
    calledAt: instant('called_at').notNull(),
    startTime: instant('start_time'),
    endTime: instant('end_time'),
    /** Milliseconds in RUNNING. */
    runTime: doublePrecision('run_time').notNull(),
    upstream: uuid('upstream').array().notNull(),
    parentTaskRunId: uuid('parent_task_run_id'),
    childFlowRunId: uuid('child_flow_run_id'),
    cacheKey: text('cache_key'),
    epoch: integer('epoch').notNull(),
    /** Of the root run, when this version of the row was stored. */
    sequence: bigint('sequence', { mode: 'number' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.flowRunId, table.id] })],
)
