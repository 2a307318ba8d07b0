/** Reads runs by id and by parent. */
import { sql } from 'drizzle-orm'
import { isOneOf, type Statement, sqlStatement } from '../../statement.ts'
import { type FlowRunRow, type FlowRunSqlRow, flowRunColumns, flowRunJoins, flowRunOf } from './flow-run-row.ts'

/** Runs by id, in any order; what is not in the workspace is missing. */
export const findFlowRuns = (ids: readonly string[]): Statement<FlowRunRow[]> =>
  sqlStatement<FlowRunSqlRow, FlowRunRow[]>(
    (workspaceId) =>
      sql`select ${flowRunColumns} ${flowRunJoins} where flow_runs.workspace_id = ${workspaceId}::uuid and ${isOneOf(sql`flow_runs.id`, ids)}`,
    (rows) => rows.map(flowRunOf),
  )

/** Subflows and linked children of a run, oldest first; at most 1,000. */
export const listChildFlowRuns = (parentId: string): Statement<FlowRunRow[]> =>
  sqlStatement<FlowRunSqlRow, FlowRunRow[]>(
    (workspaceId) =>
      sql`select ${flowRunColumns} ${flowRunJoins} where flow_runs.workspace_id = ${workspaceId}::uuid and flow_runs.parent_flow_run_id = ${parentId}::uuid order by flow_runs.id limit 1000`,
    (rows) => rows.map(flowRunOf),
  )
