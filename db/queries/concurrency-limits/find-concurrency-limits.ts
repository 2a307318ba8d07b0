/** Reads named limits with their use, and who holds and waits for slots of them. */
import { type SQL, sql } from 'drizzle-orm'
import type { Instant } from '../../../core/instant.ts'
import { instantOf, instantOrNull, type RawRow, type Statement, sqlStatement, uuids } from '../../statement.ts'
import { type StringFilter, textConditions } from '../flow-runs/flow-run-filter.ts'
import { COUNTED_TO, type Count, countOf, type Keyset, type Page, pageClauses, type Rows, rowsOf } from '../page.ts'

export interface ConcurrencyLimitRow {
  id: string
  name: string
  max: number
  isActive: boolean
  slotDecayPerSecond: number | null
  /** Slots taken now; with a decay what has not come back, with a fraction. */
  used: number
  /** Leases that hold slots, and those that wait for some. */
  holders: number
  waiting: number
  createdAt: Instant
  updatedAt: Instant
  /** Null when that is not known. */
  updatedBy: string | null
}

export interface ConcurrencyLimitFilter {
  name?: StringFilter | null
}

/** By id, in any order. */
export const findConcurrencyLimits = (ids: readonly string[]): Statement<ConcurrencyLimitRow[]> =>
  sqlStatement<LimitSqlRow, ConcurrencyLimitRow[]>(
    (workspaceId) => sql`select ${columns} from concurrency_limits l where l.workspace_id = ${workspaceId}::uuid and l.id = any(${uuids(ids)})`,
    (rows) => rows.map(limitOf),
  )

export const findConcurrencyLimitByName = (name: string): Statement<ConcurrencyLimitRow | null> =>
  sqlStatement<LimitSqlRow, ConcurrencyLimitRow | null>(
    (workspaceId) => sql`select ${columns} from concurrency_limits l where l.workspace_id = ${workspaceId}::uuid and l.name = ${name}`,
    ([row]) => (row ? limitOf(row) : null),
  )

const keyset: Keyset = {
  name: 'CONCURRENCY_LIMITS',
  direction: 'asc',
  columns: [{ expression: sql`l.name`, type: 'text', isValid: (text) => text.length >= 1 && text.length <= 255 }],
}

/** By name. Throws BadCursor. */
export function listConcurrencyLimits({
  filter,
  page,
}: {
  filter?: ConcurrencyLimitFilter | null
  page: Page
}): Statement<Rows<ConcurrencyLimitRow>> {
  const { where, orderAndLimit, key } = pageClauses(keyset, page)
  return sqlStatement<LimitSqlRow & { key: string[] }, Rows<ConcurrencyLimitRow>>(
    (workspaceId) => sql`
      select ${columns}, ${key} as key from concurrency_limits l
      where l.workspace_id = ${workspaceId}::uuid and ${condition(filter)}${where}${orderAndLimit}`,
    (rows) => rowsOf(keyset, page, rows, limitOf),
  )
}

/** Exact to 10,000. */
export const countConcurrencyLimits = (filter?: ConcurrencyLimitFilter | null): Statement<Count> =>
  sqlStatement<{ counted: number }, Count>(
    (workspaceId) => sql`
      select count(*)::int as counted from (
        select 1 from concurrency_limits l where l.workspace_id = ${workspaceId}::uuid and ${condition(filter)} limit ${COUNTED_TO + 1}
      ) counted`,
    ([row]) => countOf(row?.counted ?? 0),
  )

/** Who holds slots of a limit, or waits for some. */
export interface ConcurrencyLeaseRow {
  limitId: string
  leaseId: string
  slots: number
  /** The run with the lease: of a subflow its root. */
  flowRunId: string | null
  taskRunId: string | null
  holder: string
  askedAt: Instant
  /** Null: it waits. */
  takenAt: Instant | null
  /** When it is lost unless something is heard before: of its run, or of itself. */
  deadline: Instant | null
}

/** Those who hold (in the order of taking) or wait (in the order of asking), the first `limit`. `silence` in milliseconds. */
export const listConcurrencyLeases = ({
  limitId,
  waiting,
  limit,
  silence,
}: {
  limitId: string
  waiting: boolean
  limit: number
  silence: number
}): Statement<ConcurrencyLeaseRow[]> =>
  sqlStatement<LeaseSqlRow, ConcurrencyLeaseRow[]>(
    (workspaceId) => sql`
      select s.limit_id, s.lease_id, s.count, s.flow_run_id, s.task_run_id, s.holder, s.asked_at, s.taken_at,
        coalesce(s.deadline, r.heard_at + ${silence}::float8 * interval '1 millisecond') as deadline
      from concurrency_slots s left join flow_runs r on r.workspace_id = ${workspaceId}::uuid and r.id = s.flow_run_id
      where s.workspace_id = ${workspaceId}::uuid and s.limit_id = ${limitId}::uuid and (s.taken_at is null) = ${waiting}
      order by coalesce(s.taken_at, s.asked_at), s.lease_id limit ${limit}`,
    (rows) =>
      rows.map((row) => ({
        limitId: row.limit_id,
        leaseId: row.lease_id,
        slots: row.count,
        flowRunId: row.flow_run_id,
        taskRunId: row.task_run_id,
        holder: row.holder,
        askedAt: instantOf(row.asked_at),
        takenAt: instantOrNull(row.taken_at),
        deadline: instantOrNull(row.deadline),
      })),
  )

interface LeaseSqlRow extends RawRow {
  limit_id: string
  lease_id: string
  count: number
  flow_run_id: string | null
  task_run_id: string | null
  holder: string
  asked_at: string
  taken_at: string | null
  deadline: string | null
}

const condition = (filter?: ConcurrencyLimitFilter | null): SQL => {
  const conditions = textConditions(sql`l.name`, filter?.name)
  return conditions.length === 0 ? sql`true` : sql`(${sql.join(conditions, sql` and `)})`
}

const ofLimit = sql`from concurrency_slots s where s.workspace_id = l.workspace_id and s.limit_id = l.id`
const columns = sql`l.id, l.name, l.max, l.is_active, l.slot_decay_per_second, l.created_at, l.updated_at, l.updated_by,
  case when l.slot_decay_per_second is null then (select coalesce(sum(s.count), 0)::float8 ${ofLimit} and s.taken_at is not null)
    else spent_by(l.spent, l.spent_at, l.slot_decay_per_second, clock_timestamp()) end as used,
  (select count(*)::int ${ofLimit} and s.taken_at is not null) as holders,
  (select count(*)::int ${ofLimit} and s.taken_at is null and s.deadline > now()) as waiting`

interface LimitSqlRow extends RawRow {
  id: string
  name: string
  max: number
  is_active: boolean
  slot_decay_per_second: number | null
  used: number
  holders: number
  waiting: number
  created_at: string
  updated_at: string
  updated_by: string | null
}

const limitOf = (row: LimitSqlRow): ConcurrencyLimitRow => ({
  id: row.id,
  name: row.name,
  max: row.max,
  isActive: row.is_active,
  slotDecayPerSecond: row.slot_decay_per_second,
  used: row.used,
  holders: row.holders,
  waiting: row.waiting,
  createdAt: instantOf(row.created_at),
  updatedAt: instantOf(row.updated_at),
  updatedBy: row.updated_by,
})
