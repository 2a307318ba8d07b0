/** Who is cancelled with a run: what it started elsewhere and is not over. Subflows in its own process end with it. */
import { sql } from 'drizzle-orm'
import type { FlowRunFacts } from '../../../core/flow-run.ts'
import type { Instant } from '../../../core/instant.ts'
import { instantOf, type RawRow, type Statement, type SystemStatement, sqlStatement, systemStatement, uuids } from '../../statement.ts'
import { type FlowRunFactsRow, flowRunFactsColumns, flowRunFactsOf } from './flow-run-facts.ts'

type OpenRow = RawRow & FlowRunFactsRow & { now: string }

/** A run that is not over, and the database's time. */
export interface OpenDescendant {
  facts: FlowRunFacts
  now: Instant
}

const descendantOf = (row: OpenRow): OpenDescendant => ({ facts: flowRunFactsOf(row), now: instantOf(row.now) })

/** Deployed children of these runs and of their subflows, and theirs in turn; at most `limit`. */
export const listOpenDescendants = ({ flowRunIds, limit }: { flowRunIds: readonly string[]; limit: number }): Statement<OpenDescendant[]> =>
  sqlStatement<OpenRow, OpenDescendant[]>(
    (workspaceId) => sql`
      select ${flowRunFactsColumns()}, clock_timestamp() as now from flow_runs
      where flow_runs.workspace_id = ${workspaceId}::uuid
        and flow_runs.id in (select id from open_descendants(${workspaceId}::uuid, ${uuids(flowRunIds)}))
      order by flow_runs.id limit ${limit}::int`,
    (rows) => rows.map(descendantOf),
  )

/**
 * Of all workspaces: deployed children that their parent's cancellation has not reached. Not those that somebody has retried since: they are given out
 * under a later epoch.
 */
export const listLeftChildren = ({ limit }: { limit: number }): SystemStatement<OpenDescendant[]> =>
  systemStatement(
    sqlStatement<OpenRow, OpenDescendant[]>(
      () => sql`
        select ${flowRunFactsColumns('child')}, clock_timestamp() as now
        from flow_runs child
          join flow_runs parent on parent.workspace_id = child.workspace_id and parent.id = child.parent_flow_run_id
          left join flow_runs root on root.workspace_id = parent.workspace_id and root.id = parent.root_flow_run_id
        where child.parent_flow_run_id is not null and child.end_time is null and child.root_flow_run_id is null and child.state_type <> 'CANCELLING'
          and coalesce(root.state_type, parent.state_type) in ('CANCELLING', 'CANCELLED')
          and (child.epoch = 1 or least(child.state_timestamp, child.claimed_at) <= coalesce(root.state_timestamp, parent.state_timestamp))
        order by child.id limit ${limit}::int`,
      (rows) => rows.map(descendantOf),
    ),
  )
