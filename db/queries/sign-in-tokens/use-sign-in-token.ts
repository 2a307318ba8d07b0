/** Makes a sign-in link work once: the insert is the proof, whoever comes second finds the row. */
import { sql } from 'drizzle-orm'
import { formatInstant, type Instant } from '../../../core/instant.ts'
import { type Statement, sqlStatement } from '../../statement.ts'

/** Uses up a sign-in token; false when it was used before. Uses of expired tokens are forgotten on the way. */
export const useSignInToken = ({ tokenHash, expiresAt }: { tokenHash: string; expiresAt: Instant }): Statement<boolean> =>
  sqlStatement<{ hash: string }, boolean>(
    (workspaceId) => sql`
      with forgotten as (delete from sign_in_tokens where workspace_id = ${workspaceId}::uuid and expires_at < now() - interval '1 day')
      insert into sign_in_tokens (workspace_id, token_hash, used_at, expires_at)
      values (${workspaceId}::uuid, ${tokenHash}, now(), ${formatInstant(expiresAt)}::timestamptz)
      on conflict do nothing returning token_hash as hash`,
    (rows) => rows.length === 1,
  )
