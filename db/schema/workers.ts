import { integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { instant, workspaceId } from './columns.ts'

/** A worker by its name within its pool; outlives its processes. */
export const workers = pgTable(
  'workers',
  {
    workspaceId: workspaceId(),
    id: uuid('id').notNull(),
    workPoolId: uuid('work_pool_id').notNull(),
    name: text('name').notNull(),
    type: text('type').notNull(),
    version: text('version'),
    hostname: text('hostname'),
    labels: jsonb('labels').$type<Record<string, string>>().notNull(),
    slots: integer('slots').notNull(),
    /** The life it is in or was in last. */
    sessionId: uuid('session_id').notNull(),
    /** Written with the renewals of its pool, once in 10 s. */
    lastSeenAt: instant('last_seen_at').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.id] })],
)

/** One life of a worker's process: what holds leases. Ended by the worker's next `hello` with another session, by its goodbye, or by a judge. */
export const workerSessions = pgTable(
  'worker_sessions',
  {
    workspaceId: workspaceId(),
    id: uuid('id').notNull(),
    workerId: uuid('worker_id').notNull(),
    workPoolId: uuid('work_pool_id').notNull(),
    /** Queue names it serves; empty = all. */
    queues: text('queues').array().notNull(),
    slots: integer('slots').notNull(),
    startedAt: instant('started_at').notNull(),
    heardAt: instant('heard_at').notNull(),
    endedAt: instant('ended_at'),
    /** Messages of the pool that it acts upon beyond those that every worker knows. */
    understands: text('understands').array().notNull(),
    /** Since when it takes nothing new: somebody wants it to leave, or it said so itself. */
    drainingAt: instant('draining_at'),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.id] })],
)
