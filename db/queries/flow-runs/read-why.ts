/** Reads what `core/why-waiting.ts` explains with, in one statement, so that its parts fit together. */
import { sql } from 'drizzle-orm'
import type { Instant } from '../../../core/instant.ts'
import type { StateDetails, StateType } from '../../../core/states.ts'
import { instantOf, instantOrNull, type RawRow, type Statement, sqlStatement, uuids } from '../../statement.ts'

/** Everything that can keep a run from running, as the record has it. */
export interface WhyFacts {
  now: Instant
  state: { type: StateType; name: string; message: string | null; timestamp: Instant; details: StateDetails }
  hasHolder: boolean
  scheduledTime: Instant | null
  deployment: { id: string; name: string; isPaused: boolean } | null
  workQueue: { id: string; name: string; isPaused: boolean; priority: number } | null
  workPool: { id: string; name: string; type: string; isPaused: boolean } | null
  /** Of the pool, serving the run's queue: online, and in contact but leaving. */
  workers: { online: number; draining: number; slots: number; slotsUsed: number; lastSeenAt: Instant | null }
  /** The (at most ten) oldest earlier runs of its schedule that have not ended, where the schedule lets it wait for them. */
  earlier: { flowRunId: string; name: string; since: Instant | null }[]
  /** Limits with a maximum that the run comes under; `holders` are the (at most ten) oldest of those who have a place. */
  limits: {
    id: string
    kind: 'pool' | 'queue' | 'deployment'
    name: string
    max: number
    used: number
    holders: { flowRunId: string; name: string; since: Instant }[]
  }[]
  /** Named limits that code or tasks of the run wait for; `holders` are the (at most ten) who have had their slots longest. */
  slots: {
    name: string
    max: number
    used: number
    decay: number | null
    waiting: number
    since: Instant
    holders: { flowRunId: string | null; name: string; since: Instant }[]
  }[]
}

/** Null when there is no such run. `workerOnline` in milliseconds; workers `present` are online whatever the record says. */
export const readWhy = ({
  flowRunId,
  workerOnline,
  present,
}: {
  flowRunId: string
  workerOnline: number
  present: readonly string[]
}): Statement<WhyFacts | null> =>
  sqlStatement<WhyRow, WhyFacts | null>(
    (workspaceId) => sql`
      select now() as now, run.state_type, run.state_name, run.state_message, run.state_timestamp, run.state_details, run.holder_kind is not null as has_holder,
        run.scheduled_time, run.deployment_id, deployment.name as deployment_name, deployment.is_paused as deployment_paused,
        run.work_queue_id, queue.name as queue_name, queue.is_paused as queue_paused, queue.priority,
        run.work_pool_id, pool.name as pool_name, pool.type as pool_type, pool.is_paused as pool_paused,
        (
          select json_build_object(
            'online', count(*) filter (where in_contact and not drains), 'draining', count(*) filter (where in_contact and drains),
            'slots', coalesce(sum(slots) filter (where in_contact and not drains), 0),
            'used', coalesce(sum(used) filter (where in_contact and not drains), 0), 'last_seen_at', max(last_seen_at))
          from (
            select worker.slots, worker.last_seen_at, session.draining_at is not null as drains, session.ended_at is null
                and (worker.id = any(${uuids(present)}) or worker.last_seen_at > now() - ${workerOnline}::float8 * interval '1 millisecond') as in_contact,
              (select count(*) from flow_runs held where held.workspace_id = ${workspaceId}::uuid and held.work_pool_id = run.work_pool_id
                and held.holder_kind is not null and held.holder_session_id = worker.session_id) as used
            from workers worker
            join worker_sessions session on session.workspace_id = worker.workspace_id and session.id = worker.session_id
            where worker.workspace_id = ${workspaceId}::uuid and worker.work_pool_id = run.work_pool_id
              and (cardinality(session.queues) = 0 or queue.name = any(session.queues))
          ) serving
        ) as workers,
        (
          select coalesce(json_agg(json_build_object('id', earlier.id, 'name', earlier.name, 'since', earlier.start_time) order by earlier.occurrence), '[]'::json)
          from (
            select other.id, other.name, other.start_time, other.occurrence
            from schedules join flow_runs other on other.workspace_id = ${workspaceId}::uuid and other.schedule_id = schedules.id
            where schedules.workspace_id = ${workspaceId}::uuid and schedules.id = run.schedule_id and schedules.overlap <> 'allow'
              and run.epoch = 1 and run.run_count = 0 and run.occurrence <= now() and other.end_time is null and other.occurrence < run.occurrence
            order by other.occurrence limit 10
          ) earlier
        ) as earlier,
        (
          select coalesce(json_agg(json_build_object('id', limits.id, 'kind', limits.kind, 'name', limits.name, 'max', limits.max,
            'used', slots_used(${workspaceId}::uuid, limits.id),
            'holders', (
              select coalesce(json_agg(json_build_object('id', holder.id, 'name', holder.name, 'since', taken.taken_at) order by taken.taken_at), '[]'::json)
              from (select flow_run_id, taken_at from slots where slots.workspace_id = ${workspaceId}::uuid and slots.limit_id = limits.id order by taken_at limit 10) taken
              join flow_runs holder on holder.workspace_id = ${workspaceId}::uuid and holder.id = taken.flow_run_id
            )) order by limits.kind), '[]'::json)
          from limits
          where limits.workspace_id = ${workspaceId}::uuid and limits.id in (run.work_pool_id, run.work_queue_id, run.deployment_id) and limits.max is not null
        ) as limits,
        (
          select coalesce(json_agg(json_build_object('name', named.name, 'max', named.max, 'decay', named.slot_decay_per_second, 'waiting', waits.waiting,
            'since', waits.since,
            'used', case when named.slot_decay_per_second is not null then spent_by(named.spent, named.spent_at, named.slot_decay_per_second, now())
              else (select coalesce(sum(s.count), 0) from concurrency_slots s
                where s.workspace_id = ${workspaceId}::uuid and s.limit_id = named.id and s.taken_at is not null) end,
            'holders', (
              select coalesce(json_agg(json_build_object('id', taken.flow_run_id, 'name', taken.holder, 'since', taken.taken_at) order by taken.taken_at), '[]'::json)
              from (select s.flow_run_id, s.holder, s.taken_at from concurrency_slots s
                where s.workspace_id = ${workspaceId}::uuid and s.limit_id = named.id and s.taken_at is not null order by s.taken_at limit 10) taken
            )) order by named.name), '[]'::json)
          from (
            select s.limit_id, count(*)::int as waiting, min(s.asked_at) as since from concurrency_slots s
            where s.workspace_id = ${workspaceId}::uuid and s.flow_run_id = run.id and s.taken_at is null and s.deadline > now() group by s.limit_id
          ) waits join concurrency_limits named on named.workspace_id = ${workspaceId}::uuid and named.id = waits.limit_id
        ) as slots
      from flow_runs run
      left join deployments deployment on deployment.workspace_id = run.workspace_id and deployment.id = run.deployment_id
      left join work_queues queue on queue.workspace_id = run.workspace_id and queue.id = run.work_queue_id
      left join work_pools pool on pool.workspace_id = run.workspace_id and pool.id = run.work_pool_id
      where run.workspace_id = ${workspaceId}::uuid and run.id = ${flowRunId}::uuid`,
    ([row]) => (row ? whyOf(row) : null),
  )

type WhyRow = RawRow & {
  now: string
  state_type: StateType
  state_name: string
  state_message: string | null
  state_timestamp: string
  state_details: StateDetails
  has_holder: boolean
  scheduled_time: string | null
  deployment_id: string | null
  deployment_name: string
  deployment_paused: boolean
  work_queue_id: string | null
  queue_name: string
  queue_paused: boolean
  priority: number
  work_pool_id: string | null
  pool_name: string
  pool_type: string
  pool_paused: boolean
  workers: { online: number; draining: number; slots: number; used: number; last_seen_at: string | null }
  earlier: { id: string; name: string; since: string | null }[]
  limits: {
    id: string
    kind: 'pool' | 'queue' | 'deployment'
    name: string
    max: number
    used: number
    holders: { id: string; name: string; since: string }[]
  }[]
  slots: {
    name: string
    max: number
    used: number
    decay: number | null
    waiting: number
    since: string
    holders: { id: string | null; name: string; since: string }[]
  }[]
}

const whyOf = (row: WhyRow): WhyFacts => ({
  now: instantOf(row.now),
  state: {
    type: row.state_type,
    name: row.state_name,
    message: row.state_message,
    timestamp: instantOf(row.state_timestamp),
    details: row.state_details,
  },
  hasHolder: row.has_holder,
  scheduledTime: instantOrNull(row.scheduled_time),
  deployment: row.deployment_id === null ? null : { id: row.deployment_id, name: row.deployment_name, isPaused: row.deployment_paused },
  workQueue: row.work_queue_id === null ? null : { id: row.work_queue_id, name: row.queue_name, isPaused: row.queue_paused, priority: row.priority },
  workPool: row.work_pool_id === null ? null : { id: row.work_pool_id, name: row.pool_name, type: row.pool_type, isPaused: row.pool_paused },
  workers: {
    online: row.workers.online,
    draining: row.workers.draining,
    slots: row.workers.slots,
    slotsUsed: row.workers.used,
    lastSeenAt: instantOrNull(row.workers.last_seen_at),
  },
  earlier: row.earlier.map(({ id, name, since }) => ({ flowRunId: id, name, since: instantOrNull(since) })),
  limits: row.limits.map((limit) => ({
    ...limit,
    holders: limit.holders.map((holder) => ({ flowRunId: holder.id, name: holder.name, since: instantOf(holder.since) })),
  })),
  slots: row.slots.map((limit) => ({
    ...limit,
    since: instantOf(limit.since),
    holders: limit.holders.map((holder) => ({ flowRunId: holder.id, name: holder.name, since: instantOf(holder.since) })),
  })),
})
