/** Changing a pool. The SQL is the function `update_work_pool` of db/migrations. */
import { sql } from 'drizzle-orm'
import type { JobTemplate } from '../../../core/job-templates/job-template.ts'
import { jsonb, type Statement, sqlStatement } from '../../statement.ts'
import type { Deed } from '../audit-rows/deed.ts'

/** What is left out stays as it is. */
export interface WorkPoolChange {
  isPaused?: boolean
  description?: string | null
  concurrencyLimit?: number | null
  /** Null = the default of its type. */
  baseJobTemplate?: JobTemplate | null
}

/** Null when there is no such pool; else whether anything differs from before. */
export const updateWorkPool = (workPoolId: string, change: WorkPoolChange, deed: Deed): Statement<boolean | null> =>
  sqlStatement<{ changed: boolean | null }, boolean | null>(
    (workspaceId) =>
      sql`select update_work_pool(${workspaceId}::uuid, ${workPoolId}::uuid, ${jsonb({
        is_paused: change.isPaused,
        description: change.description,
        max: change.concurrencyLimit,
        base_job_template: change.baseJobTemplate && JSON.stringify(change.baseJobTemplate),
        deed,
      })}) as changed`,
    ([row]) => row?.changed ?? null,
  )
