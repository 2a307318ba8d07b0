/** Reads which pools have occurrences of schedules that are due and not taken, across workspaces. */
import { sql } from 'drizzle-orm'
import { type SystemStatement, sqlStatement, systemStatement } from '../../statement.ts'

interface PoolWithDueOccurrences {
  workspaceId: string
  workPoolId: string
}

/** Pools of all workspaces whose schedules have something due that nobody holds. */
export const listPoolsWithDueOccurrences = (): SystemStatement<PoolWithDueOccurrences[]> =>
  systemStatement(
    sqlStatement<{ workspace_id: string; work_pool_id: string }, PoolWithDueOccurrences[]>(
      () => sql`select * from pools_with_due_occurrences()`,
      (rows) => rows.map((row) => ({ workspaceId: row.workspace_id, workPoolId: row.work_pool_id })),
    ),
  )
