/** Ends what has passed its deadline: places of those who stopped asking, and (where the judge was there all the time) leases without a run. */
import { sql } from 'drizzle-orm'
import { type SystemStatement, sqlStatement, systemStatement } from '../../statement.ts'

/** Answers how many rows are gone. */
export const expireConcurrencySlots = ({ mayJudge }: { mayJudge: boolean }): SystemStatement<number> =>
  systemStatement(
    sqlStatement<{ gone: number }, number>(
      () => sql`
        with gone as (
          delete from concurrency_slots where deadline < now() and (taken_at is null or ${mayJudge}) returning 1
        ) select count(*)::int as gone from gone`,
      ([row]) => row?.gone ?? 0,
    ),
  )
