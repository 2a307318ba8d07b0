/** Changes how many there may be. The SQL is the function `set_limit` of db/migrations: a limit that begins counts the leases that live already. */
import { sql } from 'drizzle-orm'
import { type Statement, sqlStatement } from '../../statement.ts'

/** `id`: of the pool, queue or deployment. Answers false when there is none. */
export const setLimit = ({ id, max }: { id: string; max: number | null }): Statement<boolean> =>
  sqlStatement<{ done: boolean }, boolean>(
    (workspaceId) => sql`select set_limit(${workspaceId}::uuid, ${id}::uuid, ${max}::int) as done`,
    ([row]) => row?.done ?? false,
  )
