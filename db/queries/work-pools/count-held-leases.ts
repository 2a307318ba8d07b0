/** Reads whether a pool has leases to judge. */
import { sql } from 'drizzle-orm'
import { type Statement, sqlStatement } from '../../statement.ts'

interface HeldLeases {
  count: number
  /** Milliseconds until the next one that is not silent yet has been silent for `silence`; null = there is none. */
  silentIn: number | null
}

/** Leases that the pool's runs hold now, counted no further than `upTo`. `silence` in milliseconds. */
export const countHeldLeases = ({ workPoolId, silence, upTo }: { workPoolId: string; silence: number; upTo: number }): Statement<HeldLeases> =>
  sqlStatement(
    (workspaceId) => sql`
      select count(*)::int as held, extract(epoch from min(silent_at) filter (where silent_at > now()) - now())::float8 * 1000 as silent_in from (
        select heard_at + ${silence}::float8 * interval '1 millisecond' as silent_at from flow_runs where workspace_id = ${workspaceId}::uuid and work_pool_id = ${workPoolId}::uuid and holder_kind is not null
        order by heard_at limit ${upTo}::int
      ) leases`,
    (rows: { held: number; silent_in: number | null }[]) => ({ count: rows[0]?.held ?? 0, silentIn: rows[0]?.silent_in ?? null }),
  )
