/** What deleted runs left behind. */
import { sql } from 'drizzle-orm'
import { type SystemStatement, sqlStatement, systemStatement } from '../../statement.ts'

/** Clears away at most about `most` rows; answers how many. Fewer than asked for = nothing is left. */
export const clearDeletedFlowRuns = ({ most }: { most: number }): SystemStatement<number> =>
  systemStatement(
    sqlStatement<{ cleared: number }, number>(
      () => sql`select clear_deleted_flow_runs(${most}::int) as cleared`,
      ([row]) => row?.cleared ?? 0,
    ),
  )
