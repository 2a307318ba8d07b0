import { sql } from 'drizzle-orm'
import { type Statement, sqlStatement, uuids } from '../../statement.ts'

/** Somebody looks at these runs for so many milliseconds more: their reports come every 100 ms. Answers the runs that were not watched before. */
export const markWatched = ({ flowRunIds, watch }: { flowRunIds: readonly string[]; watch: number }): Statement<WatchMark[]> =>
  sqlStatement<{ id: string; epoch: number; work_pool_id: string | null; holder_session_id: string | null; is_new: boolean }, WatchMark[]>(
    (workspaceId) => sql`
      with before as (
        select id, watched_until from flow_runs where workspace_id = ${workspaceId}::uuid and id = any(${uuids(flowRunIds)}) order by id for no key update
      )
      update flow_runs set watched_until = greatest(flow_runs.watched_until, now() + ${watch}::float8 * interval '1 millisecond')
      from before
      where flow_runs.workspace_id = ${workspaceId}::uuid and flow_runs.id = before.id
      returning flow_runs.id, epoch, work_pool_id, holder_session_id, coalesce(before.watched_until < now(), true) as is_new`,
    (rows) =>
      rows
        .filter((row) => row.is_new)
        .map((row) => ({ flowRunId: row.id, epoch: row.epoch, workPoolId: row.work_pool_id, sessionId: row.holder_session_id })),
  )

/** Whom to send the directive `watch`. */
export interface WatchMark {
  flowRunId: string
  epoch: number
  workPoolId: string | null
  sessionId: string | null
}
