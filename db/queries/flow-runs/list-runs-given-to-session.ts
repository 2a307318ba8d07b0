import { sql } from 'drizzle-orm'
import { type Statement, sqlStatement, uuids } from '../../statement.ts'

/** Which of these runs were given last to the worker of this session, whether it still holds them or not: it may deliver what their processes printed. */
export const listRunsGivenToSession = ({ sessionId, flowRunIds }: { sessionId: string; flowRunIds: readonly string[] }): Statement<Set<string>> =>
  sqlStatement(
    (workspaceId) => sql`
      select flow_runs.id from flow_runs
      join worker_sessions session on session.workspace_id = ${workspaceId} and session.id = ${sessionId} and session.worker_id = flow_runs.worker_id
      where flow_runs.workspace_id = ${workspaceId} and flow_runs.id = any(${uuids(flowRunIds)})`,
    (rows: { id: string }[]) => new Set(rows.map((row) => row.id)),
  )
