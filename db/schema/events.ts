import { date, json, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import type { RelatedResource } from '../../core/events/event.ts'
import type { JsonObject } from '../../core/json-value.ts'
import { instant, transactionId, workspaceId } from './columns.ts'

/**
 * What happened, said by runs and by whoever else saw it. An id is stored once; a row is never changed. A place in the order of arrival is (xid, id); readers in
 * that order take only what lies below the oldest transaction still running, so nothing that commits late is skipped. Daily partitions, kept for seven days.
 */
export const events = pgTable(
  'events',
  {
    workspaceId: workspaceId(),
    id: uuid('id').notNull(),
    /** In UTC, when the record received it. */
    day: date('day').notNull(),
    xid: transactionId('xid').notNull(),
    receivedAt: instant('received_at').notNull(),
    occurred: instant('occurred').notNull(),
    name: text('name').notNull(),
    resourceId: text('resource_id').notNull(),
    resourceLabels: jsonb('resource_labels').$type<Record<string, string>>().notNull(),
    /** With the run, its task run, its flow and its deployment, when a run has emitted it. */
    related: jsonb('related').$type<RelatedResource[]>().notNull(),
    payload: json('payload').$type<JsonObject>().notNull(),
    follows: uuid('follows'),
    /** The run that emitted it. */
    flowRunId: uuid('flow_run_id'),
    taskRunId: uuid('task_run_id'),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.id, table.day] })],
)

/** Events by what they are related to: one row for each event and resource, in the order of events. Partitioned and kept as they are. */
export const eventRelated = pgTable(
  'event_related',
  {
    workspaceId: workspaceId(),
    resourceId: text('resource_id').notNull(),
    occurred: instant('occurred').notNull(),
    eventId: uuid('event_id').notNull(),
    day: date('day').notNull(),
    roles: text('roles').array().notNull(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.resourceId, table.occurred, table.eventId, table.day] })],
)
