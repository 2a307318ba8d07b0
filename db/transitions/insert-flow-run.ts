/** Inserts a run as it is given (SCHEDULED), unless its id or its idempotency key is there already. The SQL is `insert_flow_run` of db/migrations. */
import { sql } from 'drizzle-orm'
import { formatInstant, type Instant } from '../../core/instant.ts'
import type { NewFlowRun } from '../../core/new-flow-run.ts'
import { instantOf, jsonb, type Statement, sqlStatement } from '../statement.ts'
import { stateRow } from './state-row.ts'

interface InsertedFlowRun {
  now: Instant
  /** The run that exists now: the given one, or the one that has the idempotency key. */
  flowRunId: string
  existed: boolean
}

/** Idempotent by id and by (flow, idempotency key). */
export const insertFlowRun = (flowRun: NewFlowRun): Statement<InsertedFlowRun> =>
  sqlStatement<{ now: string; flow_run_id: string; existed: boolean }, InsertedFlowRun>(
    (workspaceId) => sql`select * from insert_flow_run(${workspaceId}::uuid, ${jsonb(newFlowRunRow(flowRun))})`,
    ([row]) => {
      if (!row) throw new Error('insert_flow_run answered without a row')
      return { now: instantOf(row.now), flowRunId: row.flow_run_id, existed: row.existed }
    },
  )

/** The row as the SQL functions take it. */
export const newFlowRunRow = (run: NewFlowRun) => ({
  id: run.id,
  flow_id: run.flowId,
  deployment_id: run.deploymentId,
  deployment_version_id: run.deploymentVersionId,
  work_pool_id: run.workPoolId,
  work_pool_type: run.workPoolType,
  work_queue_id: run.workQueueId,
  name: run.name,
  parameters: run.parameters,
  tags: [...new Set(run.tags)],
  job_variables: run.jobVariables,
  idempotency_key: run.idempotencyKey,
  created_by: run.createdBy,
  parent_flow_run_id: run.parentFlowRunId,
  parent_task_run_id: run.parentTaskRunId,
  scheduled_time: run.scheduledTime === null ? null : formatInstant(run.scheduledTime),
  created_at: formatInstant(run.createdAt),
  retries: run.policy.retries,
  retry_on_crash: run.policy.retryOnCrash,
  on_contact_lost: run.policy.onContactLost,
  start_again: run.policy.startAgain,
  state: stateRow(run.state),
})
