/** Reads what an operator watches, over all workspaces. Each part is counted along an index; nothing reads runs that have long ended. */
import { sql } from 'drizzle-orm'
import { type SystemStatement, sqlStatement, systemStatement, texts } from '../../statement.ts'

/** Whole numbers unless said otherwise. */
export interface RecordMetrics {
  /** Runs that are not final, by state. */
  open: Record<string, number>
  /** Runs created in the last five minutes, by the state that they have now. */
  recent: Record<string, number>
  leases: number
  /** Due for longer than `lateAfter` and not given out. */
  late: number
  /** Seconds since the earliest of these was due; 0 = there is none. */
  latestBySeconds: number
  workerSessions: number
  /** Runs that these take at a time. */
  slots: number
  /** Limits of pools, queues and deployments that have places, all of them taken. */
  limitsFull: number
  workPools: number
  workspaces: number
  /** Seconds since the minute sweep judged last; null = never. */
  sweepAgeSeconds: number | null
  /** Tables whose DEFAULT partition holds rows: partitions were not made in time. */
  defaultPartitionsInUse: number
  /** Blocks with a secret that another key than the present one has sealed. */
  blocksSealedWithOldKeys: number
  /** On the disk. */
  databaseBytes: number
}

/** `lateAfter` in milliseconds; `keyId`: of the key that seals, null = there is none. */
export const readMetrics = ({ lateAfter, keyId }: { lateAfter: number; keyId: string | null }): SystemStatement<RecordMetrics> =>
  systemStatement(
    sqlStatement<{ metrics: RecordMetrics }, RecordMetrics>(
      () => sql`
        with late as (
          select scheduled_time from flow_runs
          where state_type = 'SCHEDULED' and holder_kind is null and work_pool_id is not null
            and workspace_id in (select id from workspaces)
            and scheduled_time < now() - ${lateAfter}::float8 * interval '1 millisecond'
        )
        select jsonb_build_object(
          'open', (
            select coalesce(jsonb_object_agg(state, count), '{}') from (
              select s.state, sum(n.count) as count
              from workspaces w
              cross join unnest(array['SCHEDULED', 'PENDING', 'RUNNING', 'PAUSED', 'CANCELLING']) s(state)
              cross join lateral (select count(*) from flow_runs r where r.workspace_id = w.id and r.state_type = s.state) n
              group by s.state) open),
          'recent', (
            select coalesce(jsonb_object_agg(state_type, count), '{}') from (
              select r.state_type, count(*)
              from workspaces w
              join flow_runs r on r.workspace_id = w.id and r.created_at > now() - interval '5 minutes' and r.created_at <= now()
              group by r.state_type) recent),
          'leases', (select count(*) from flow_runs where holder_kind is not null),
          'late', (select count(*) from late),
          'latestBySeconds', (select coalesce(extract(epoch from now() - min(scheduled_time)), 0) from late),
          'workerSessions', (select count(*) from worker_sessions where ended_at is null),
          'slots', (select coalesce(sum(slots), 0) from worker_sessions where ended_at is null),
          'limitsFull', (select count(*) from limits l where l.max > 0 and slots_used(l.workspace_id, l.id) >= l.max),
          'databaseBytes', pg_database_size(current_database()),
          'workPools', (select count(*) from work_pools),
          'workspaces', (select count(*) from workspaces),
          'blocksSealedWithOldKeys', 
            (select count(*) from blocks where key_ids <> '{}' and key_ids < ${texts([keyId ?? ''])})
            + (select count(*) from blocks where key_ids <> '{}' and key_ids > ${texts([keyId ?? ''])}),
          'sweepAgeSeconds', (select extract(epoch from now() - max(judged_at)) from judges where name = 'sweep'),
          'defaultPartitionsInUse',
            (exists (select from flow_run_states_default))::int + (exists (select from task_runs_default))::int
            + (exists (select from log_chunks_default))::int + (exists (select from artifacts_default))::int + (exists (select from changes_default))::int
            + (exists (select from events_default))::int + (exists (select from event_related_default))::int
        ) as metrics`,
      (rows) => (rows[0] as { metrics: RecordMetrics }).metrics,
    ),
  )
