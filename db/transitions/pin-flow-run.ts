/** Which version a run uses, changed: only ever together with giving it out again. */
import { sql } from 'drizzle-orm'
import { type Statement, sqlStatement } from '../statement.ts'

/**
 * Moves a run to the newest version of its deployment and to what the deployment says now about retries and lost contact. Stands before the change that
 * gives the run out again, in the same batch and under the same guard: either both are written or neither.
 */
export const pinFlowRunToLatest = ({ flowRunId, stateId, epoch }: { flowRunId: string; stateId: string; epoch: number }): Statement<boolean> =>
  sqlStatement<{ id: string }, boolean>(
    (workspaceId) => sql`
      update flow_runs set deployment_version_id = deployments.version_id, retries = deployments.retries, retry_on_crash = deployments.retry_on_crash,
        on_contact_lost = deployments.on_contact_lost, start_again = deployments.start_again
      from deployments
      where flow_runs.workspace_id = ${workspaceId}::uuid and flow_runs.id = ${flowRunId}::uuid and flow_runs.state_id = ${stateId}::uuid
        and flow_runs.epoch = ${epoch}::int and deployments.workspace_id = flow_runs.workspace_id and deployments.id = flow_runs.deployment_id
      returning flow_runs.id`,
    (rows) => rows.length === 1,
  )
