/** Changing a queue. The SQL is the function `update_work_queue` of db/migrations. */
import { sql } from 'drizzle-orm'
import { jsonb, type Statement, sqlStatement } from '../../statement.ts'
import type { Deed } from '../audit-rows/deed.ts'

/** What is left out stays as it is. */
export interface WorkQueueChange {
  /** 1 first. */
  priority?: number
  isPaused?: boolean
  concurrencyLimit?: number | null
}

/** Null when there is no such queue. `changed`: something differs from before. */
export const updateWorkQueue = (
  workQueueId: string,
  change: WorkQueueChange,
  deed: Deed,
): Statement<{ workPoolId: string; changed: boolean } | null> =>
  sqlStatement<{ work_pool_id: string | null; changed: boolean }, { workPoolId: string; changed: boolean } | null>(
    (workspaceId) =>
      sql`select * from update_work_queue(${workspaceId}::uuid, ${workQueueId}::uuid, ${jsonb({
        priority: change.priority,
        is_paused: change.isPaused,
        max: change.concurrencyLimit,
        deed,
      })})`,
    ([row]) => (row?.work_pool_id ? { workPoolId: row.work_pool_id, changed: row.changed } : null),
  )
