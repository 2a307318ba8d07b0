/** Notes that somebody looks at a run, so that its runner reports more often. Answers what is needed to tell the runner at once. */
import { sql } from 'drizzle-orm'
import type { Instant } from '../../../core/instant.ts'
import { instantOf, type Statement, sqlStatement } from '../../statement.ts'

interface Watched {
  /** Somebody looks until then. */
  until: Instant
  /** It was watched before this statement. */
  wasWatched: boolean
  isFinal: boolean
  epoch: number
  workPoolId: string | null
  /** The worker session that holds it. */
  sessionId: string | null
}

/** Marks a run as looked at for so long from now; a run that is over is left as it is. Null when there is no such run. */
export const markWatched = ({ flowRunId, milliseconds }: { flowRunId: string; milliseconds: number }): Statement<Watched | null> =>
  sqlStatement(
    (workspaceId) => sql`
      with before as (
        select id, watched_until, state_type in ('COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED') as is_final, epoch, work_pool_id, holder_session_id
        from flow_runs where workspace_id = ${workspaceId} and id = ${flowRunId}
      ), marked as (
        update flow_runs set watched_until = clock_timestamp() + ${milliseconds}::float8 * interval '1 millisecond'
        where workspace_id = ${workspaceId} and id = (select id from before where not is_final)
        returning watched_until
      )
      select coalesce((select watched_until from marked), clock_timestamp()) as until, coalesce(watched_until > clock_timestamp(), false) as was_watched,
        is_final, epoch, work_pool_id, holder_session_id from before`,
    (
      rows: {
        until: string
        was_watched: boolean
        is_final: boolean
        epoch: number
        work_pool_id: string | null
        holder_session_id: string | null
      }[],
    ) => {
      const [row] = rows
      if (!row) return null
      return {
        until: instantOf(row.until),
        wasWatched: row.was_watched,
        isFinal: row.is_final,
        epoch: row.epoch,
        workPoolId: row.work_pool_id,
        sessionId: row.holder_session_id,
      }
    },
  )
