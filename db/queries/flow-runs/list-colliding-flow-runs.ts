/** Runs that are not to wait for a place under the limit of their deployment. */
import { sql } from 'drizzle-orm'
import type { FlowRunFacts } from '../../../core/flow-run.ts'
import { type RawRow, type Statement, sqlStatement } from '../../statement.ts'
import { type FlowRunFactsRow, flowRunFactsColumns, flowRunFactsOf } from './flow-run-facts.ts'

/** Due in this pool while the limit of their deployment is full, and the deployment says CANCEL_NEW; at most `limit` of each deployment. */
export const listCollidingFlowRuns = ({ workPoolId, limit }: { workPoolId: string; limit: number }): Statement<FlowRunFacts[]> =>
  sqlStatement<RawRow & FlowRunFactsRow, FlowRunFacts[]>(
    (workspaceId) => sql`
      select ${flowRunFactsColumns()} from flow_runs
      where flow_runs.workspace_id = ${workspaceId}::uuid
        and flow_runs.id in (select id from colliding_flow_runs(${workspaceId}::uuid, ${workPoolId}::uuid, ${limit}::int))
      order by flow_runs.id`,
    (rows) => rows.map(flowRunFactsOf),
  )
