/** Reads whether a worker may speak for runs it does not hold any more: spools are delivered by whoever finds them. */
import { sql } from 'drizzle-orm'
import { isOneOf, type Statement, sqlStatement } from '../../statement.ts'

/** To whom a run was given last: to this very session, or to an earlier life of its worker. */
export type GivenTo = 'session' | 'worker'

/** Which of these runs were given last to the worker of this session, whether it still holds them or not: it may deliver what their processes left. */
export const listRunsGivenToSession = ({
  sessionId,
  flowRunIds,
}: {
  sessionId: string
  flowRunIds: readonly string[]
}): Statement<Map<string, GivenTo>> =>
  sqlStatement(
    (workspaceId) => sql`
      select flow_runs.id, coalesce(session.ended_at is null and flow_runs.claimed_at >= session.started_at, false) as is_own from flow_runs
      join worker_sessions session on session.workspace_id = ${workspaceId} and session.id = ${sessionId} and session.worker_id = flow_runs.worker_id
      where flow_runs.workspace_id = ${workspaceId} and ${isOneOf(sql`flow_runs.id`, flowRunIds)}`,
    (rows: { id: string; is_own: boolean }[]) => new Map(rows.map((row) => [row.id, row.is_own ? 'session' : 'worker'])),
  )
