import { boolean, doublePrecision, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { instant, workspaceId } from './columns.ts'

/** Limits that code asks for by their name: so many at once, or (with a decay) so many over time. */
export const concurrencyLimits = pgTable(
  'concurrency_limits',
  {
    workspaceId: workspaceId(),
    id: uuid('id').notNull(),
    /** Unique; 1 to 255 characters. `tag:NAME` is the limit of tasks with that tag. */
    name: text('name').notNull(),
    /** Slots that may be taken at once. */
    max: integer('max').notNull(),
    /** False: nobody is held back by it, and nothing is counted. */
    isActive: boolean('is_active').notNull(),
    /** Null: slots come back when they are given back. Else what was taken comes back with time alone. */
    slotDecayPerSecond: doublePrecision('slot_decay_per_second'),
    /** With a decay: what had not come back at `spent_at`. */
    spent: doublePrecision('spent').notNull(),
    spentAt: instant('spent_at').notNull(),
    /** Moving average of how long a slot is held; those who wait are told by it when to ask again. */
    holdMs: doublePrecision('hold_ms').notNull(),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
    /** Who last changed it, as `describeActor` says it. */
    updatedBy: text('updated_by'),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.id] })],
)

/** Slots that are held or waited for, one row for each limit of a lease. Limits with a decay count what was spent instead, and have only those who wait. */
export const concurrencySlots = pgTable(
  'concurrency_slots',
  {
    workspaceId: workspaceId(),
    limitId: uuid('limit_id').notNull(),
    /** Made by who asks, so that it can ask again. */
    leaseId: uuid('lease_id').notNull(),
    count: integer('count').notNull(),
    /** The run with the lease: of a subflow its root. */
    flowRunId: uuid('flow_run_id'),
    /** Present: the slots live exactly as long as the run's own lease under this epoch. */
    epoch: integer('epoch'),
    taskRunId: uuid('task_run_id'),
    /** Who it is, in words. */
    holder: text('holder').notNull(),
    /** Since when it asks: its place among those who wait. */
    askedAt: instant('asked_at').notNull(),
    /** Null: it waits. */
    takenAt: instant('taken_at'),
    /** Of a lease without a run: lost unless renewed by then. Of one that waits: its place is lost unless it asks again by then. */
    deadline: instant('deadline'),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.limitId, table.leaseId] })],
)
