/** Deletes what ended longer ago than runs are kept. */
import { sql } from 'drizzle-orm'
import { type SystemStatement, sqlStatement, systemStatement } from '../../statement.ts'

/**
 * Deletes at most `most` final runs of each workspace that ended more than `days` ago, with their subflows; answers how many. What they leave behind is cleared
 * away by `clearDeletedFlowRuns`. Subflows go with their root, and never before it.
 */
export const forgetOldRuns = ({ days, most }: { days: number; most: number }): SystemStatement<number> =>
  systemStatement(
    sqlStatement<{ forgotten: string }, number>(
      () => sql`
        select count(*) as forgotten
        from workspaces w
        cross join lateral (
          select array_agg(id) as ids from (
            select r.id from flow_runs r
            where r.workspace_id = w.id and r.created_at < now() - ${days}::int * interval '1 day'
              and r.end_time < now() - ${days}::int * interval '1 day' and r.root_flow_run_id is null
            order by r.created_at limit ${most}::int) oldest) old
        cross join lateral delete_flow_runs(w.id, old.ids, null) gone
        where old.ids is not null and gone.outcome = 'deleted'`,
      ([row]) => Number(row?.forgotten ?? 0),
    ),
  )
