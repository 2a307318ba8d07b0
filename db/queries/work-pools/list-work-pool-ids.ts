/** Reads which pools there are, for what concerns all of them. */
import { sql } from 'drizzle-orm'
import { type Statement, sqlStatement } from '../../statement.ts'

/** Of all the workspace's pools. */
export const listWorkPoolIds = (): Statement<string[]> =>
  sqlStatement<{ id: string }, string[]>(
    (workspaceId) => sql`select id from work_pools where workspace_id = ${workspaceId}::uuid order by id`,
    (rows) => rows.map(({ id }) => id),
  )
