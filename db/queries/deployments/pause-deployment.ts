/** Pausing and resuming. The SQL is the function `pause_deployment` of db/migrations. */
import { sql } from 'drizzle-orm'
import { jsonb, type Statement, sqlStatement } from '../../statement.ts'
import type { Deed } from '../audit-rows/deed.ts'

/** Null when there is no such deployment. `changed`: it was not so before. */
export const pauseDeployment = (
  { deploymentId, isPaused }: { deploymentId: string; isPaused: boolean },
  deed: Deed,
): Statement<{ workPoolId: string; changed: boolean } | null> =>
  sqlStatement<{ work_pool_id: string | null; changed: boolean }, { workPoolId: string; changed: boolean } | null>(
    (workspaceId) => sql`select * from pause_deployment(${workspaceId}::uuid, ${deploymentId}::uuid, ${isPaused}::boolean, ${jsonb(deed)})`,
    ([row]) => (row?.work_pool_id ? { workPoolId: row.work_pool_id, changed: row.changed } : null),
  )
