/** Reads which runs of a deployment wait for a worker. */
import { sql } from 'drizzle-orm'
import { type Statement, sqlStatement } from '../../statement.ts'

/** Ids of its runs that are SCHEDULED and free, earliest made first. */
export const listWaitingRunsOfDeployment = ({ deploymentId, limit }: { deploymentId: string; limit: number }): Statement<string[]> =>
  sqlStatement<{ id: string }, string[]>(
    (workspaceId) => sql`
      select id from flow_runs
      where workspace_id = ${workspaceId}::uuid and deployment_id = ${deploymentId}::uuid and state_type = 'SCHEDULED' and holder_kind is null
      order by id limit ${limit}::int`,
    (rows) => rows.map(({ id }) => id),
  )
