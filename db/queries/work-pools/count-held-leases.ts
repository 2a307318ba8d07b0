/** Reads whether a pool has leases to judge. */
import { sql } from 'drizzle-orm'
import { type Statement, sqlStatement } from '../../statement.ts'

/** Leases that the pool's runs hold now, counted no further than `upTo`. */
export const countHeldLeases = ({ workPoolId, upTo }: { workPoolId: string; upTo: number }): Statement<number> =>
  sqlStatement(
    (workspaceId) => sql`
      select count(*)::int as held from (
        select 1 from flow_runs where workspace_id = ${workspaceId}::uuid and work_pool_id = ${workPoolId}::uuid and holder_kind is not null limit ${upTo}::int
      ) leases`,
    (rows: { held: number }[]) => rows[0]?.held ?? 0,
  )
