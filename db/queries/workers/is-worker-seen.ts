/** Reads whether a pool has a worker, as far as the record knows: an idle one is known only by its socket. */
import { sql } from 'drizzle-orm'
import { type Statement, sqlStatement } from '../../statement.ts'

/** Whether any worker of the pool was heard within so many milliseconds. */
export const isWorkerSeen = ({ workPoolId, within }: { workPoolId: string; within: number }): Statement<boolean> =>
  sqlStatement<{ seen: boolean }, boolean>(
    (workspaceId) => sql`
      select exists (
        select 1 from workers
        where workspace_id = ${workspaceId}::uuid and work_pool_id = ${workPoolId}::uuid
          and last_seen_at > now() - ${within}::float8 * interval '1 millisecond') as seen`,
    ([row]) => row?.seen ?? false,
  )
