/**
 * The times that runs are ordered by, written as the indexes have them, and as CASE: what stands in the condition of a cursor or of a filter is looked up in
 * an index below row-level security only if PostgreSQL knows that it cannot leak, which it does not of COALESCE.
 */
import { sql } from 'drizzle-orm'

/** When a run began, else when it is due, else when it was made. */
export const begin = sql`case when flow_runs.start_time is not null then flow_runs.start_time when flow_runs.scheduled_time is not null then flow_runs.scheduled_time else flow_runs.created_at end`

/** When it is due; at the end without a time. */
export const due = sql`case when flow_runs.scheduled_time is not null then flow_runs.scheduled_time else 'infinity'::timestamptz end`
