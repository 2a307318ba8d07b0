/** Notes that a worker was there. The SQL is the function `meet_occurrences` of db/migrations. */
import { sql } from 'drizzle-orm'
import { type Statement, sqlStatement } from '../statement.ts'

/** A worker of the pool is online: occurrences that are due, and not too late yet, count as met from now on. */
export const meetOccurrences = ({ workPoolId }: { workPoolId: string }): Statement<void> =>
  sqlStatement(
    (workspaceId) => sql`select meet_occurrences(${workspaceId}::uuid, ${workPoolId}::uuid)`,
    () => undefined,
  )
