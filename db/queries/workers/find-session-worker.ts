/** Reads whose life a session is or was. */
import { sql } from 'drizzle-orm'
import { type Statement, sqlStatement } from '../../statement.ts'

/** Whose life a session is. */
interface SessionWorker {
  workPoolId: string
  workerName: string
}

/** The worker of a session, ended or not; null when there is no such session. */
export const findSessionWorker = (sessionId: string): Statement<SessionWorker | null> =>
  sqlStatement(
    (workspaceId) => sql`
      select worker.work_pool_id, worker.name
      from worker_sessions session
      join workers worker on worker.workspace_id = session.workspace_id and worker.id = session.worker_id
      where session.workspace_id = ${workspaceId}::uuid and session.id = ${sessionId}::uuid`,
    ([row]: { work_pool_id: string; name: string }[]) => (row ? { workPoolId: row.work_pool_id, workerName: row.name } : null),
  )
