/** Deletes runs that nobody holds, with their subflows. The SQL is the function `delete_flow_runs` of db/migrations. */
import { sql } from 'drizzle-orm'
import type { Deed } from '../queries/audit-rows/deed.ts'
import { namedDeed } from '../queries/audit-rows/subject-name.ts'
import { type Statement, sqlStatement, uuids } from '../statement.ts'

/** `going`: a process may still report on it. */
export type FlowRunDeletion = 'deleted' | 'going' | 'missing'

/**
 * At most some hundred runs. What they left (task runs, logs, artifacts, states) is out of reach at once and cleared away by the sweep. `deed` null: the
 * operation that deletes them is noted instead.
 */
export const deleteFlowRuns = (ids: readonly string[], deed: Deed | null): Statement<Map<string, FlowRunDeletion>> =>
  sqlStatement<{ id: string; outcome: FlowRunDeletion }, Map<string, FlowRunDeletion>>(
    (workspaceId) =>
      sql`select id, outcome from delete_flow_runs(${workspaceId}::uuid, ${uuids(ids)}, ${deed === null ? sql`null` : namedDeed(deed, 'flow-runs', workspaceId, ids[0] as string)})`,
    (rows) => new Map(rows.map(({ id, outcome }) => [id, outcome])),
  )
