/** Partitions, by role `weir_system`. The SQL is in the functions `make_partitions`, `drop_old_changes` and `drop_old_events` of db/migrations. */
import { sql } from 'drizzle-orm'
import { type SystemStatement, sqlStatement, systemStatement } from '../../statement.ts'

interface PartitionReport {
  /** Names of the partitions made. */
  made: string[]
  /** Rows that lay in a DEFAULT partition and were moved; more than 0 is worth an alert. */
  moved: number
}

/**
 * Makes the weekly partitions of a run's children and the daily ones of `changes` and events from the present to `daysAhead` days from now. Idempotent.
 * Rows that have gathered in DEFAULT partitions are moved into partitions of their own (detach, create, move, attach: one transaction).
 */
export const makePartitions = ({ daysAhead }: { daysAhead: number }): SystemStatement<PartitionReport> =>
  systemStatement(
    sqlStatement<{ made: string[]; moved: string }, PartitionReport>(
      () => sql`select * from make_partitions(${daysAhead}::int)`,
      ([row]) => ({ made: row?.made ?? [], moved: Number(row?.moved ?? 0) }),
    ),
  )

/** Drops the days of `changes` that ended more than `hours` hours ago; answers their names. */
export const dropOldChanges = ({ hours }: { hours: number }): SystemStatement<string[]> =>
  systemStatement(
    sqlStatement<{ dropped: string[] }, string[]>(
      () => sql`select drop_old_changes(${hours}::int) as dropped`,
      ([row]) => row?.dropped ?? [],
    ),
  )

/** Drops the days of events that ended more than `days` days ago; answers the names of their partitions. */
export const dropOldEvents = ({ days }: { days: number }): SystemStatement<string[]> =>
  systemStatement(
    sqlStatement<{ dropped: string[] }, string[]>(
      () => sql`select drop_old_events(${days}::int) as dropped`,
      ([row]) => row?.dropped ?? [],
    ),
  )
