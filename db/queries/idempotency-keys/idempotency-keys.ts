/** Requests that are safe to send again: which one made what. */
import { sql } from 'drizzle-orm'
import { type Statement, sqlStatement, type SystemStatement, systemStatement } from '../../statement.ts'

interface Remembered {
  /** SHA-256 of what was asked. */
  requestHash: string
  /** What it made. */
  subject: string
}

export const findIdempotencyKey = ({ verb, key }: { verb: string; key: string }): Statement<Remembered | null> =>
  sqlStatement<{ request_hash: string; subject: string }, Remembered | null>(
    (workspaceId) =>
      sql`select request_hash, subject from idempotency_keys where workspace_id = ${workspaceId}::uuid and verb = ${verb} and key = ${key}`,
    ([row]) => (row ? { requestHash: row.request_hash, subject: row.subject } : null),
  )

/** Tables of what can be made. */
export type MadeIn =
  | 'api_keys'
  | 'blocks'
  | 'concurrency_limits'
  | 'operations'
  | 'schedules'
  | 'service_accounts'
  | 'variables'
  | 'work_pools'
  | 'work_queues'

/**
 * Behind the statement that makes the subject, in the same batch: remembers the request, if the subject was made. A request that used the key at the same
 * time breaks the constraint `idempotency_keys_pkey`, and nothing of the batch is written.
 */
export const rememberIdempotencyKey = ({
  verb,
  key,
  requestHash,
  subject,
  madeIn,
}: Remembered & { verb: string; key: string; madeIn: MadeIn }): Statement<void> =>
  sqlStatement(
    (workspaceId) => sql`
      insert into idempotency_keys (workspace_id, verb, key, request_hash, subject, created_at)
      select ${workspaceId}::uuid, ${verb}, ${key}, ${requestHash}, ${subject}::uuid, now()
      where exists (select 1 from ${sql.identifier(madeIn)} made where made.workspace_id = ${workspaceId}::uuid and made.id = ${subject}::uuid)`,
    () => undefined,
  )

/** Forgets those that are older than so many days. Answers how many. */
export const forgetIdempotencyKeys = ({ days }: { days: number }): SystemStatement<number> =>
  systemStatement(
    sqlStatement<{ key: string }, number>(
      () => sql`delete from idempotency_keys where created_at < now() - ${days}::int * interval '1 day' returning key`,
      (rows) => rows.length,
    ),
  )
