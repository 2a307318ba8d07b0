/** The beginning of a browser's session. */
import { sql } from 'drizzle-orm'
import { formatInstant, type Instant } from '../../../core/instant.ts'
import { type Statement, sqlStatement } from '../../statement.ts'

interface NewSession {
  id: string
  userId: string
  userName: string
  expiresAt: Instant
}

/** What the session's cookie is good for, until it ends or expires. Expired sessions of the workspace are forgotten on the way. */
export const startSession = ({ id, userId, userName, expiresAt }: NewSession): Statement<void> =>
  sqlStatement(
    (workspaceId) => sql`
      with forgotten as (delete from sessions where workspace_id = ${workspaceId}::uuid and expires_at < now())
      insert into sessions (workspace_id, id, user_id, user_name, started_at, expires_at)
      values (${workspaceId}::uuid, ${id}::uuid, ${userId}::uuid, ${userName}, now(), ${formatInstant(expiresAt)}::timestamptz)`,
    () => undefined,
  )
