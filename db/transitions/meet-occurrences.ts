/** Notes that a worker was there. The SQL is the function `meet_occurrences` of db/migrations. */
import { sql } from 'drizzle-orm'
import type { Instant } from '../../core/instant.ts'
import { instantOrNull, type Statement, sqlStatement } from '../statement.ts'

/** A worker of the pool is online: occurrences that are due, and not too late yet, count as met from now on. Answers when the pool's next one is due. */
export const meetOccurrences = ({ workPoolId }: { workPoolId: string }): Statement<Instant | null> =>
  sqlStatement<{ next_due: string | null }, Instant | null>(
    (workspaceId) => sql`select meet_occurrences(${workspaceId}::uuid, ${workPoolId}::uuid) as next_due`,
    ([row]) => instantOrNull(row?.next_due),
  )
