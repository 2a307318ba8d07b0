import { bigint, boolean, doublePrecision, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import type { JsonObject } from '../../core/json-value.ts'
import type { RetryPolicy } from '../../core/retry-policy.ts'
import { STATE_TYPES, type StateDetails } from '../../core/states.ts'
import { instant, workspaceId } from './columns.ts'

/**
 * A flow run: what it is, its present state, its lease. Everything a guarded write asks stands in this one row, because READ COMMITTED re-reads only
 * the row that the statement locks. Only db/transitions writes to it.
 */
export const flowRuns = pgTable(
  'flow_runs',
  {
    workspaceId: workspaceId(),
    id: uuid('id').notNull(),
    flowId: uuid('flow_id').notNull(),
    deploymentId: uuid('deployment_id'),
    deploymentVersionId: uuid('deployment_version_id'),
    workPoolId: uuid('work_pool_id'),
    /** Copied from the pool: a rule may ask for it, and a pool never changes its type. */
    workPoolType: text('work_pool_type'),
    workQueueId: uuid('work_queue_id'),
    name: text('name').notNull(),
    parameters: jsonb('parameters').$type<JsonObject>().notNull(),
    /** As people see them; `flow_run_tags` is what filters use. */
    tags: text('tags').array().notNull(),
    /** Resolved over pool, deployment and run. */
    jobVariables: jsonb('job_variables').$type<JsonObject>().notNull(),
    idempotencyKey: text('idempotency_key'),
    createdBy: text('created_by'),
    parentFlowRunId: uuid('parent_flow_run_id'),
    parentTaskRunId: uuid('parent_task_run_id'),
    /** A subflow: the run in whose process it lives and whose reports carry it. It has no lease and no slots. */
    rootFlowRunId: uuid('root_flow_run_id'),

    stateId: uuid('state_id').notNull(),
    stateType: text('state_type', { enum: STATE_TYPES }).notNull(),
    stateName: text('state_name').notNull(),
    stateMessage: text('state_message'),
    stateTimestamp: instant('state_timestamp').notNull(),
    stateDetails: jsonb('state_details').$type<StateDetails>().notNull(),
    runCount: integer('run_count').notNull(),

    epoch: integer('epoch').notNull(),
    lastN: integer('last_n').notNull(),
    holderKind: text('holder_kind', { enum: ['worker', 'runner'] }),
    holderSessionId: uuid('holder_session_id'),
    heardAt: instant('heard_at'),
    claimedAt: instant('claimed_at'),
    clockShift: doublePrecision('clock_shift'),
    /** The worker that got it last; stays when the lease ends. */
    workerId: uuid('worker_id'),
    /** Process, container or job, as the holder named it. */
    infrastructureId: text('infrastructure_id'),
    /** The holder says that the process has ended, and how; its spool may still bring the final state. */
    exitedAt: instant('exited_at'),
    exit: jsonb('exit').$type<NonNullable<StateDetails['exit']>>(),

    retries: jsonb('retries').$type<RetryPolicy>().notNull(),
    retryOnCrash: integer('retry_on_crash').notNull(),
    onContactLost: text('on_contact_lost', { enum: ['continue', 'stop'] }).notNull(),
    startAgain: boolean('start_again').notNull(),

    /** When a SCHEDULED run is due; keeps its last value afterwards. */
    scheduledTime: instant('scheduled_time'),
    createdAt: instant('created_at').notNull(),
    startTime: instant('start_time'),
    endTime: instant('end_time'),
    /** Milliseconds spent SCHEDULED and due, PENDING, RUNNING; the present state's own time is not in them yet. */
    waitingMs: doublePrecision('waiting_ms').notNull(),
    startingMs: doublePrecision('starting_ms').notNull(),
    runningMs: doublePrecision('running_ms').notNull(),

    /** Somebody looks at it until then. */
    watchedUntil: instant('watched_until'),
    /** Numbers task runs, log chunks and artifacts in the order in which they were stored: the cursor of everything that follows one run. */
    sequence: bigint('sequence', { mode: 'number' }).notNull(),

    /** The schedule that made it; it may be deleted by now. */
    scheduleId: uuid('schedule_id'),
    /** The instant of the schedule for which it was made; never moves. */
    occurrence: instant('occurrence'),
    /** A worker of its pool was online in time: whatever it waits for, it was not missed. */
    isMet: boolean('is_met').notNull(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.id] })],
)

/** Tags as rows: array operators are not leakproof, so no index could serve them under row-level security. */
export const flowRunTags = pgTable(
  'flow_run_tags',
  { workspaceId: workspaceId(), flowRunId: uuid('flow_run_id').notNull(), tag: text('tag').notNull() },
  (table) => [primaryKey({ columns: [table.workspaceId, table.flowRunId, table.tag] })],
)

/** Every state a run has been in, and bodies' outcomes that came too late to become its state. Partitioned by flow run. */
export const flowRunStates = pgTable(
  'flow_run_states',
  {
    workspaceId: workspaceId(),
    flowRunId: uuid('flow_run_id').notNull(),
    id: uuid('id').notNull(),
    type: text('type', { enum: STATE_TYPES }).notNull(),
    name: text('name').notNull(),
    timestamp: instant('timestamp').notNull(),
    message: text('message'),
    details: jsonb('details').$type<StateDetails>().notNull(),
    epoch: integer('epoch').notNull(),
    /** True for what never was the run's state. */
    isHistory: boolean('is_history').notNull(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.flowRunId, table.id] })],
)

/** Runs that are gone, and whose children are still to be cleared away. */
export const deletedFlowRuns = pgTable(
  'deleted_flow_runs',
  { workspaceId: workspaceId(), id: uuid('id').notNull(), deletedAt: instant('deleted_at').notNull() },
  (table) => [primaryKey({ columns: [table.workspaceId, table.id] })],
)
