import { integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { instant, workspaceId } from './columns.ts'

/**
 * What runs may be too many of: one row for every pool, queue and deployment, whose id it has.
 * A claim into anything limited locks these rows first, in the order of their ids.
 */
export const limits = pgTable(
  'limits',
  {
    workspaceId: workspaceId(),
    id: uuid('id').notNull(),
    kind: text('kind', { enum: ['pool', 'queue', 'deployment'] }).notNull(),
    name: text('name').notNull(),
    /** Null = no limit; claims neither lock it nor take slots of it. */
    max: integer('max'),
    /** Of a deployment: what becomes of a run that is due while the limit is full. */
    collisionStrategy: text('collision_strategy', { enum: ['ENQUEUE', 'CANCEL_NEW'] })
      .notNull()
      .default('ENQUEUE'),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.id] })],
)

/** A place taken under a limit, alive exactly as long as the lease (run, epoch) that took it. */
export const slots = pgTable(
  'slots',
  {
    workspaceId: workspaceId(),
    limitId: uuid('limit_id').notNull(),
    flowRunId: uuid('flow_run_id').notNull(),
    epoch: integer('epoch').notNull(),
    count: integer('count').notNull(),
    takenAt: instant('taken_at').notNull(),
    /** A place that a waiting run lends: the two count as one until then, and as long as the lender has its own. */
    borrowedFrom: uuid('borrowed_from'),
    borrowedUntil: instant('borrowed_until'),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.limitId, table.flowRunId] })],
)
