/** A worker is to leave. The SQL is `drain_worker` of db/migrations. */
import { sql } from 'drizzle-orm'
import type { Deed } from '../queries/audit-rows/deed.ts'
import { jsonb, type Statement, sqlStatement } from '../statement.ts'

type DrainedWorker =
  /** Its present session takes nothing new from now on, or did so before. */
  | { outcome: 'draining'; sessionId: string }
  /** `left`: its session has ended; `deaf`: it would not understand. Nothing was written. */
  | { outcome: 'missing' | 'left' | 'deaf' }

/** Idempotent: the deed is noted, and who listens to work pools told, the first time. */
export const drainWorker = (workerId: string, deed: Deed): Statement<DrainedWorker> =>
  sqlStatement<{ outcome: DrainedWorker['outcome']; session_id: string | null }, DrainedWorker>(
    (workspaceId) => sql`select outcome, session_id from drain_worker(${workspaceId}::uuid, ${workerId}::uuid, ${jsonb(deed)})`,
    ([row]) => (row?.outcome === 'draining' ? { outcome: 'draining', sessionId: row.session_id as string } : { outcome: row?.outcome ?? 'missing' }),
  )
