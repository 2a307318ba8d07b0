/** Reads workers with the slots they use. Whether one is online is judged by the caller: idle workers renew rarely. */
import { type SQL, sql } from 'drizzle-orm'
import type { Instant } from '../../../core/instant.ts'
import { instantOf, type RawRow, type Statement, sqlStatement, uuids } from '../../statement.ts'

export interface WorkerRow {
  id: string
  workPoolId: string
  name: string
  type: string
  version: string | null
  hostname: string | null
  labels: Record<string, string>
  slots: number
  /** Leases that its present session holds. */
  slotsUsed: number
  lastSeenAt: Instant
  /** Its present session has ended: it is offline whatever `lastSeenAt` says. */
  hasLeft: boolean
  /** Its present session takes nothing new. */
  isDraining: boolean
}

/** Of a pool, by name; at most 1,000. */
export const listWorkers = (workPoolId: string): Statement<WorkerRow[]> =>
  workers(sql`worker.work_pool_id = ${workPoolId}::uuid order by worker.name limit 1000`)

/** By id, in any order. */
export const findWorkers = (ids: readonly string[]): Statement<WorkerRow[]> => workers(sql`worker.id = any(${uuids(ids)})`)

const workers = (condition: SQL): Statement<WorkerRow[]> =>
  sqlStatement<WorkerSqlRow, WorkerRow[]>(
    (workspaceId) => sql`
      select worker.id, worker.work_pool_id, worker.name, worker.type, worker.version, worker.hostname, worker.labels, worker.slots, worker.last_seen_at,
        coalesce(session.ended_at is not null, false) as has_left, session.draining_at is not null as is_draining,
        (select count(*)::int from flow_runs run where run.workspace_id = ${workspaceId}::uuid and run.work_pool_id = worker.work_pool_id
          and run.holder_kind is not null and run.holder_session_id = worker.session_id) as used
      from workers worker
      left join worker_sessions session on session.workspace_id = worker.workspace_id and session.id = worker.session_id
      where worker.workspace_id = ${workspaceId}::uuid and ${condition}`,
    (rows) =>
      rows.map((row) => ({
        id: row.id,
        workPoolId: row.work_pool_id,
        name: row.name,
        type: row.type,
        version: row.version,
        hostname: row.hostname,
        labels: row.labels,
        slots: row.slots,
        slotsUsed: row.used,
        lastSeenAt: instantOf(row.last_seen_at),
        hasLeft: row.has_left,
        isDraining: row.is_draining,
      })),
  )

type WorkerSqlRow = RawRow & {
  id: string
  work_pool_id: string
  name: string
  type: string
  version: string | null
  hostname: string | null
  labels: Record<string, string>
  slots: number
  used: number
  last_seen_at: string
  has_left: boolean
  is_draining: boolean
}
