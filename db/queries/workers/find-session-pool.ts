/** Reads where a session that still lives belongs. */
import { sql } from 'drizzle-orm'
import { type Statement, sqlStatement } from '../../statement.ts'

/** Id of the pool that a worker's session serves; null when there is no such session, or it has ended. */
export const findSessionPool = (sessionId: string): Statement<string | null> =>
  sqlStatement(
    (workspaceId) =>
      sql`select work_pool_id from worker_sessions where workspace_id = ${workspaceId}::uuid and id = ${sessionId}::uuid and ended_at is null`,
    (rows: { work_pool_id: string }[]) => rows[0]?.work_pool_id ?? null,
  )
