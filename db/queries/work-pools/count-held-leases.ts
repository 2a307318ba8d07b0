/** Reads whether a pool has leases to judge. */
import { sql } from 'drizzle-orm'
import { type Statement, sqlStatement } from '../../statement.ts'

interface HeldLeases {
  count: number
  /** Milliseconds since the one that was heard of longest ago was heard of; null = none is held. */
  silentFor: number | null
}

/** Leases that the pool's runs hold now, counted no further than `upTo`. */
export const countHeldLeases = ({ workPoolId, upTo }: { workPoolId: string; upTo: number }): Statement<HeldLeases> =>
  sqlStatement(
    (workspaceId) => sql`
      select count(*)::int as held, extract(epoch from now() - min(heard_at))::float8 * 1000 as silent_for from (
        select heard_at from flow_runs where workspace_id = ${workspaceId}::uuid and work_pool_id = ${workPoolId}::uuid and holder_kind is not null
        order by heard_at limit ${upTo}::int
      ) leases`,
    (rows: { held: number; silent_for: number | null }[]) => ({ count: rows[0]?.held ?? 0, silentFor: rows[0]?.silent_for ?? null }),
  )
