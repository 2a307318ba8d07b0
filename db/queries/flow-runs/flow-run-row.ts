/** A flow run as people read it. */
import { type SQL, sql } from 'drizzle-orm'
import type { Instant } from '../../../core/instant.ts'
import type { JsonObject } from '../../../core/json-value.ts'
import type { State } from '../../../core/states.ts'
import { instantOf, instantOrNull, type RawRow } from '../../statement.ts'
import { type FlowRunFactsRow, flowRunFactsColumns, flowRunFactsOf } from './flow-run-facts.ts'
import type { FlowRunFacts } from '../../../core/flow-run.ts'

export interface FlowRunRow {
  id: string
  name: string
  flow: { id: string; name: string }
  deployment: { id: string; name: string } | null
  deploymentVersionId: string | null
  workPool: { id: string; name: string; type: string } | null
  workQueue: { id: string; name: string } | null
  /** The worker that got it last. */
  worker: { id: string; name: string } | null
  state: State
  runCount: number
  epoch: number
  parameters: JsonObject
  jobVariables: JsonObject
  tags: string[]
  idempotencyKey: string | null
  createdBy: string | null
  parentFlowRunId: string | null
  parentTaskRunId: string | null
  rootFlowRunId: string | null
  scheduledTime: Instant | null
  createdAt: Instant
  startTime: Instant | null
  endTime: Instant | null
  /** Milliseconds until `readAt`, the present state's own time included. */
  times: { waiting: number; starting: number; running: number }
  /** Everything that a rule may ask. */
  facts: FlowRunFacts
  infrastructureId: string | null
  /** The schedule that made it, which may be deleted by now, and the instant for which it was made. */
  scheduleId: string | null
  occurrence: Instant | null
  /** The database's clock at the reading. */
  readAt: Instant
}

export type FlowRunSqlRow = RawRow &
  FlowRunFactsRow & {
    name: string
    flow_id: string
    flow_name: string
    deployment_name: string | null
    deployment_version_id: string | null
    work_pool_name: string | null
    work_queue_id: string | null
    work_queue_name: string | null
    worker_id: string | null
    worker_name: string | null
    parameters: JsonObject
    job_variables: JsonObject
    tags: string[]
    idempotency_key: string | null
    created_by: string | null
    parent_flow_run_id: string | null
    parent_task_run_id: string | null
    scheduled_time: string | null
    created_at: string
    end_time: string | null
    waiting_ms: number
    starting_ms: number
    running_ms: number
    infrastructure_id: string | null
    schedule_id: string | null
    occurrence: string | null
    read_at: string
  }

/** Select list of a run; `flowRunJoins` follows, and a `where` on `flow_runs`. */
export const flowRunColumns: SQL = sql`${flowRunFactsColumns()}, flow_runs.name, flow_runs.flow_id, flows.name as flow_name,
    deployments.name as deployment_name, flow_runs.deployment_version_id, work_pools.name as work_pool_name, flow_runs.work_queue_id,
    work_queues.name as work_queue_name, flow_runs.worker_id, workers.name as worker_name, flow_runs.parameters, flow_runs.job_variables,
    flow_runs.tags, flow_runs.idempotency_key, flow_runs.created_by, flow_runs.parent_flow_run_id, flow_runs.parent_task_run_id,
    flow_runs.scheduled_time, flow_runs.created_at, flow_runs.end_time, flow_runs.waiting_ms, flow_runs.starting_ms, flow_runs.running_ms,
    flow_runs.infrastructure_id, flow_runs.schedule_id, flow_runs.occurrence, now() as read_at`

export const flowRunJoins: SQL = sql`
  from flow_runs
  join flows on flows.workspace_id = flow_runs.workspace_id and flows.id = flow_runs.flow_id
  left join deployments on deployments.workspace_id = flow_runs.workspace_id and deployments.id = flow_runs.deployment_id
  left join work_pools on work_pools.workspace_id = flow_runs.workspace_id and work_pools.id = flow_runs.work_pool_id
  left join work_queues on work_queues.workspace_id = flow_runs.workspace_id and work_queues.id = flow_runs.work_queue_id
  left join workers on workers.workspace_id = flow_runs.workspace_id and workers.id = flow_runs.worker_id`

export function flowRunOf(row: FlowRunSqlRow): FlowRunRow {
  const facts = flowRunFactsOf(row)
  const readAt = instantOf(row.read_at)
  const scheduledTime = instantOrNull(row.scheduled_time)
  const since = Math.max(0, readAt - Math.max(facts.state.timestamp, facts.state.type === 'SCHEDULED' ? (scheduledTime ?? 0) : 0))
  const add = (type: State['type']) => (facts.state.type === type ? since : 0)
  return {
    id: row.id,
    name: row.name,
    flow: { id: row.flow_id, name: row.flow_name },
    deployment: row.deployment_id === null || row.deployment_name === null ? null : { id: row.deployment_id, name: row.deployment_name },
    deploymentVersionId: row.deployment_version_id,
    workPool:
      row.work_pool_id === null || row.work_pool_name === null
        ? null
        : { id: row.work_pool_id, name: row.work_pool_name, type: row.work_pool_type as string },
    workQueue: row.work_queue_id === null || row.work_queue_name === null ? null : { id: row.work_queue_id, name: row.work_queue_name },
    worker: row.worker_id === null || row.worker_name === null ? null : { id: row.worker_id, name: row.worker_name },
    state: facts.state,
    runCount: row.run_count,
    epoch: row.epoch,
    parameters: row.parameters,
    jobVariables: row.job_variables,
    tags: row.tags,
    idempotencyKey: row.idempotency_key,
    createdBy: row.created_by,
    parentFlowRunId: row.parent_flow_run_id,
    parentTaskRunId: row.parent_task_run_id,
    rootFlowRunId: row.root_flow_run_id,
    scheduledTime,
    createdAt: instantOf(row.created_at),
    startTime: facts.startTime,
    endTime: instantOrNull(row.end_time),
    times: { waiting: row.waiting_ms + add('SCHEDULED'), starting: row.starting_ms + add('PENDING'), running: row.running_ms + add('RUNNING') },
    facts,
    infrastructureId: row.infrastructure_id,
    scheduleId: row.schedule_id,
    occurrence: instantOrNull(row.occurrence),
    readAt,
  }
}
