/** Runs that worker sessions have had for a while without starting them: the pool sends again what no worker has acknowledged. */
import { sql } from 'drizzle-orm'
import type { RunKey } from '../../../core/protocol/worker-messages.ts'
import { type RawRow, type Statement, sqlStatement } from '../../statement.ts'

export interface StartingFlowRun extends RunKey {
  sessionId: string
}

/** PENDING runs of the pool that were claimed more than `after` milliseconds ago; at most `limit`, oldest first. */
export const listStartingFlowRuns = ({
  workPoolId,
  after,
  limit,
}: {
  workPoolId: string
  after: number
  limit: number
}): Statement<StartingFlowRun[]> =>
  sqlStatement<RawRow & { id: string; epoch: number; holder_session_id: string }, StartingFlowRun[]>(
    (workspaceId) => sql`
      select id, epoch, holder_session_id from flow_runs
      where workspace_id = ${workspaceId}::uuid and work_pool_id = ${workPoolId}::uuid and holder_session_id is not null
        and state_type = 'PENDING' and claimed_at < now() - ${after}::float8 * interval '1 millisecond'
      order by claimed_at limit ${limit}::int`,
    (rows) => rows.map((row) => ({ flowRunId: row.id, epoch: row.epoch, sessionId: row.holder_session_id })),
  )
