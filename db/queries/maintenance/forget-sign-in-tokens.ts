/** Removes used sign-in tokens of all workspaces. */
import { sql } from 'drizzle-orm'
import { type SystemStatement, sqlStatement, systemStatement } from '../../statement.ts'

/** Forgets uses of sign-in tokens that expired more than so many hours ago: an expired token is refused anyway. Answers how many. */
export const forgetSignInTokens = ({ hours }: { hours: number }): SystemStatement<number> =>
  systemStatement(
    sqlStatement<{ token_hash: string }, number>(
      () => sql`delete from sign_in_tokens where expires_at < now() - ${hours}::int * interval '1 hour' returning token_hash`,
      (rows) => rows.length,
    ),
  )
