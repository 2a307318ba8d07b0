/** Reads pools and queues, with what is taken of their limits and what waits in them. */
import { type SQL, sql } from 'drizzle-orm'
import { isUuid } from '../../../core/ids.ts'
import type { Instant } from '../../../core/instant.ts'
import type { JobTemplate } from '../../../core/job-templates/job-template.ts'
import type { JsonObject } from '../../../core/json-value.ts'
import { isOneOf, instantOf, instantOrNull, type RawRow, type Statement, sqlStatement } from '../../statement.ts'
import { jobTemplateOf } from './job-template-of.ts'
import { COUNTED_TO, type Count, countOf, type Keyset, type Page, pageClauses, type Rows, rowsOf } from '../page.ts'

export interface WorkPoolRow {
  id: string
  name: string
  type: string
  description: string | null
  isPaused: boolean
  jobVariables: JsonObject
  /** Null = the default of its type. */
  baseJobTemplate: JobTemplate | null
  concurrencyLimit: number | null
  /** Leases that its runs hold now. */
  slotsUsed: number
  /** Claimable runs that are due; counted to 10,000. */
  waitingCount: number
  /** When any of its workers that take runs was heard last; null when there is none, or all of them leave. */
  workerSeenAt: Instant | null
  /** In the order of priority. */
  queues: WorkQueueRow[]
  createdAt: Instant
}

export interface WorkQueueRow {
  id: string
  workPoolId: string
  name: string
  /** 1 first. */
  priority: number
  isPaused: boolean
  concurrencyLimit: number | null
  slotsUsed: number
  waitingCount: number
}

/** By id, in any order. */
export const findWorkPools = (ids: readonly string[]): Statement<WorkPoolRow[]> =>
  sqlStatement<WorkPoolSqlRow, WorkPoolRow[]>(
    (workspaceId) => sql`${selectWorkPools(workspaceId)} where pool.workspace_id = ${workspaceId}::uuid and ${isOneOf(sql`pool.id`, ids)}`,
    (rows) => rows.map(workPoolOf),
  )

export const findWorkPoolByName = (name: string): Statement<WorkPoolRow | null> =>
  sqlStatement<WorkPoolSqlRow, WorkPoolRow | null>(
    (workspaceId) => sql`${selectWorkPools(workspaceId)} where pool.workspace_id = ${workspaceId}::uuid and pool.name = ${name}`,
    ([row]) => (row ? workPoolOf(row) : null),
  )

const keyset: Keyset = { name: 'WORK_POOLS', direction: 'asc', columns: [{ expression: sql`pool.id`, type: 'uuid', isValid: isUuid }] }

/** Oldest first. Throws BadCursor. */
export function listWorkPools(page: Page): Statement<Rows<WorkPoolRow>> {
  const { where, orderAndLimit, key } = pageClauses(keyset, page)
  return sqlStatement<WorkPoolSqlRow & { key: string[] }, Rows<WorkPoolRow>>(
    (workspaceId) => sql`${selectWorkPools(workspaceId, key)} where pool.workspace_id = ${workspaceId}::uuid${where}${orderAndLimit}`,
    (rows) => rowsOf(keyset, page, rows, workPoolOf),
  )
}

/** Exact to 10,000. */
export const countWorkPools = (): Statement<Count> =>
  sqlStatement<{ counted: number }, Count>(
    (workspaceId) =>
      sql`select count(*)::int as counted from (select 1 from work_pools where workspace_id = ${workspaceId}::uuid limit ${COUNTED_TO + 1}) counted`,
    ([row]) => countOf(row?.counted ?? 0),
  )

/** Queues by id, with their pool's id. */
export const findWorkQueues = (ids: readonly string[]): Statement<WorkQueueRow[]> =>
  sqlStatement<WorkQueueSqlRow, WorkQueueRow[]>(
    (workspaceId) => sql`
      select queue.id, queue.work_pool_id, queue.name, queue.priority, queue.is_paused, limits.max,
        ${usedOf(workspaceId, sql`queue.work_pool_id`, sql` and run.work_queue_id = queue.id`)} as used,
        ${waitingOf(workspaceId, sql`queue.work_pool_id`, sql` and run.work_queue_id = queue.id`)} as waiting
      from work_queues queue join limits on limits.workspace_id = queue.workspace_id and limits.id = queue.id
      where queue.workspace_id = ${workspaceId}::uuid and ${isOneOf(sql`queue.id`, ids)}`,
    (rows) => rows.map(workQueueOf),
  )

const usedOf = (workspaceId: string, pool: SQL, more: SQL): SQL => sql`
  (select count(*)::int from flow_runs run where run.workspace_id = ${workspaceId}::uuid and run.work_pool_id = ${pool} and run.holder_kind is not null${more})`

const waitingOf = (workspaceId: string, pool: SQL, more: SQL): SQL => sql`
  (select count(*)::int from (
    select 1 from flow_runs run where run.workspace_id = ${workspaceId}::uuid and run.work_pool_id = ${pool} and run.state_type = 'SCHEDULED'
      and run.holder_kind is null and run.scheduled_time <= now()${more} limit ${COUNTED_TO}
  ) waiting)`

const selectWorkPools = (workspaceId: string, key: SQL = sql`null::text[]`): SQL => sql`
  select pool.id, pool.name, pool.type, pool.description, pool.is_paused, pool.job_variables, pool.base_job_template, limits.max, pool.created_at, ${key} as key,
    ${usedOf(workspaceId, sql`pool.id`, sql``)} as used, ${waitingOf(workspaceId, sql`pool.id`, sql``)} as waiting,
    (
      select max(worker.last_seen_at) from workers worker
      join worker_sessions session on session.workspace_id = worker.workspace_id and session.id = worker.session_id
      where worker.workspace_id = ${workspaceId}::uuid and worker.work_pool_id = pool.id and session.ended_at is null and session.draining_at is null
    ) as worker_seen_at,
    (
      select json_agg(json_build_object('id', queue.id, 'work_pool_id', queue.work_pool_id, 'name', queue.name, 'priority', queue.priority,
        'is_paused', queue.is_paused, 'max', queue_limit.max,
        'used', ${usedOf(workspaceId, sql`pool.id`, sql` and run.work_queue_id = queue.id`)},
        'waiting', ${waitingOf(workspaceId, sql`pool.id`, sql` and run.work_queue_id = queue.id`)}) order by queue.priority, queue.name)
      from work_queues queue join limits queue_limit on queue_limit.workspace_id = queue.workspace_id and queue_limit.id = queue.id
      where queue.workspace_id = ${workspaceId}::uuid and queue.work_pool_id = pool.id
    ) as queues
  from work_pools pool join limits on limits.workspace_id = pool.workspace_id and limits.id = pool.id`

type WorkQueueSqlRow = RawRow & {
  id: string
  work_pool_id: string
  name: string
  priority: number
  is_paused: boolean
  max: number | null
  used: number
  waiting: number
}

type WorkPoolSqlRow = RawRow & {
  id: string
  name: string
  type: string
  description: string | null
  is_paused: boolean
  job_variables: JsonObject
  base_job_template: string | null
  max: number | null
  created_at: string
  used: number
  waiting: number
  worker_seen_at: string | null
  queues: WorkQueueSqlRow[] | null
}

const workPoolOf = (row: WorkPoolSqlRow): WorkPoolRow => ({
  id: row.id,
  name: row.name,
  type: row.type,
  description: row.description,
  isPaused: row.is_paused,
  jobVariables: row.job_variables,
  baseJobTemplate: jobTemplateOf(row.base_job_template),
  concurrencyLimit: row.max,
  slotsUsed: row.used,
  waitingCount: row.waiting,
  workerSeenAt: instantOrNull(row.worker_seen_at),
  queues: (row.queues ?? []).map(workQueueOf),
  createdAt: instantOf(row.created_at),
})

const workQueueOf = (row: WorkQueueSqlRow): WorkQueueRow => ({
  id: row.id,
  workPoolId: row.work_pool_id,
  name: row.name,
  priority: row.priority,
  isPaused: row.is_paused,
  concurrencyLimit: row.max,
  slotsUsed: row.used,
  waitingCount: row.waiting,
})
