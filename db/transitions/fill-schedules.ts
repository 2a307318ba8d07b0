/** Makes the runs of schedules, SCHEDULED, ahead of their time. The SQL is the function `fill_schedules` of db/migrations. */
import { sql } from 'drizzle-orm'
import { formatInstant, type Instant } from '../../core/instant.ts'
import { instantOf, jsonb, type Statement, sqlStatement } from '../statement.ts'

/** What is to be made of one schedule, if its revision is still the one that was read. */
export interface ScheduleFill {
  scheduleId: string
  revision: number
  filledUntil: Instant
  fillAt: Instant | null
  occurrences: { at: Instant; id: string; stateId: string; name: string }[]
}

/** A pool that has something new. */
interface FilledPool {
  workPoolId: string
  firstDue: Instant
  /** How many runs were made. */
  made: number
}

/** Many schedules in one statement. Idempotent: (schedule, instant) is a run once, and not again when a person has deleted it. */
export const fillSchedules = (fills: readonly ScheduleFill[]): Statement<FilledPool[]> =>
  sqlStatement<{ work_pool_id: string; first_due: string; made: number }, FilledPool[]>(
    (workspaceId) =>
      sql`select * from fill_schedules(${workspaceId}::uuid, ${jsonb(
        fills.map((fill) => ({
          schedule_id: fill.scheduleId,
          revision: fill.revision,
          filled_until: formatInstant(fill.filledUntil),
          fill_at: fill.fillAt === null ? null : formatInstant(fill.fillAt),
          occurrences: fill.occurrences.map(({ at, id, stateId, name }) => ({ at: formatInstant(at), id, state_id: stateId, name })),
        })),
      )})`,
    (rows) => rows.map((row) => ({ workPoolId: row.work_pool_id, firstDue: instantOf(row.first_due), made: row.made })),
  )
