/** What the flows of runs said of themselves when their last attempt began. */
import { sql } from 'drizzle-orm'
import { type Statement, sqlStatement } from '../../statement.ts'

interface FlowVersion {
  flowRunId: string
  version: string
}

/** Of the runs that have one. RUNNING states that the record wrote itself (after a pause, or when somebody asks for the process) begin no attempt. */
export const findFlowVersions = (flowRunIds: readonly string[]): Statement<FlowVersion[]> =>
  sqlStatement<{ flow_run_id: string; version: string | null }, FlowVersion[]>(
    (workspaceId) => sql`
      select distinct on (flow_run_id) flow_run_id, details ->> 'flowVersion' as version
      from flow_run_states
      where workspace_id = ${workspaceId}::uuid and flow_run_id in (${sql.join(
        flowRunIds.map((id) => sql`${id}::uuid`),
        sql`, `,
      )})
        and type = 'RUNNING' and not is_history and not details ?| array['resumes', 'suspends']
      order by flow_run_id, timestamp desc`,
    (rows) => rows.flatMap(({ flow_run_id, version }) => (version === null ? [] : [{ flowRunId: flow_run_id, version }])),
  )
