/** Changing a pool. The SQL is the function `update_work_pool` of db/migrations. */
import { sql } from 'drizzle-orm'
import { jsonb, type Statement, sqlStatement } from '../../statement.ts'
import type { Deed } from '../audit-rows/deed.ts'

/** What is left out stays as it is. */
export interface WorkPoolChange {
  isPaused?: boolean
  description?: string | null
  concurrencyLimit?: number | null
}

/** Null when there is no such pool; else whether anything differs from before. */
export const updateWorkPool = (workPoolId: string, change: WorkPoolChange, deed: Deed): Statement<boolean | null> =>
  sqlStatement<{ changed: boolean | null }, boolean | null>(
    (workspaceId) =>
      sql`select update_work_pool(${workspaceId}::uuid, ${workPoolId}::uuid, ${jsonb({
        is_paused: change.isPaused,
        description: change.description,
        max: change.concurrencyLimit,
        deed,
      })}) as changed`,
    ([row]) => row?.changed ?? null,
  )
