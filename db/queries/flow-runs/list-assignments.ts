/** Reads what a worker needs to begin runs: after a claim, and when it has to be sent again. */
import { type SQL, sql } from 'drizzle-orm'
import type { Instant } from '../../../core/instant.ts'
import type { JobTemplate } from '../../../core/job-templates/job-template.ts'
import type { JsonObject } from '../../../core/json-value.ts'
import type { AssignedDeployment } from '../../../core/protocol/assignment.ts'
import type { RetryPolicy } from '../../../core/retry-policy.ts'
import { FLOW_RUNS_TOPIC } from '../../../core/topics.ts'
import { instantOf, instantOrNull, isOneOf, type RawRow, type Statement, sqlStatement } from '../../statement.ts'
import { jobTemplateOf } from '../work-pools/job-template-of.ts'
import { isListenedTo } from '../changes/listened-topics.ts'

/** What the record knows of an `Assignment`: all but token, fence, links and permission to start. */
export interface AssignmentRow {
  flowRunId: string
  epoch: number
  claimedAt: Instant
  stateId: string
  sessionId: string
  flowRun: {
    name: string
    parameters: JsonObject
    tags: string[]
    runCount: number
    scheduledTime: Instant | null
    createdAt: Instant
    parentFlowRunId: string | null
  }
  flow: { id: string; name: string }
  /** Its job variables are those of the run, before the template of the pool. */
  deployment: AssignedDeployment | null
  /** Of the pool; null = the default of its type. */
  jobTemplate: JobTemplate | null
  /** Somebody looks at the run. */
  watched: boolean
  /** Somebody listens to the list of runs. */
  isListListenedTo: boolean
}

/** Those that a claim or an offer wrote, by the ids of their PENDING states; in the same batch, behind it. */
export function listAssignmentsByState(assigned: readonly { flowRunId: string; stateId: string }[]): Statement<AssignmentRow[]> {
  const runs = assigned.map(({ flowRunId }) => flowRunId)
  const states = assigned.map(({ stateId }) => stateId)
  return assignments(sql`${isOneOf(sql`flow_runs.id`, runs)} and ${isOneOf(sql`flow_runs.state_id`, states)}`)
}

/** Those of these runs that are PENDING and held by this session: to be sent again. */
export const listAssignmentsOfSession = ({
  sessionId,
  flowRunIds,
}: {
  sessionId: string
  flowRunIds: readonly string[]
}): Statement<AssignmentRow[]> =>
  assignments(
    sql`${isOneOf(sql`flow_runs.id`, flowRunIds)} and flow_runs.holder_session_id = ${sessionId}::uuid and flow_runs.state_type = 'PENDING'`,
  )

const assignments = (condition: SQL): Statement<AssignmentRow[]> =>
  sqlStatement<AssignmentSqlRow, AssignmentRow[]>(
    (workspaceId) => sql`
      select flow_runs.id, flow_runs.epoch, flow_runs.claimed_at, flow_runs.state_id, flow_runs.holder_session_id, flow_runs.name, flow_runs.parameters,
        flow_runs.tags, flow_runs.run_count, flow_runs.scheduled_time, flow_runs.created_at, flow_runs.parent_flow_run_id, flow_runs.flow_id, flows.name as flow_name,
        flow_runs.job_variables, flow_runs.retries, flow_runs.on_contact_lost, flow_runs.start_again, deployments.id as deployment_id,
        deployments.name as deployment_name, deployments.reuse, deployments.preload, version.id as version_id, version.number, version.entrypoint,
        version.path, version.content_hash, work_pools.base_job_template, coalesce(flow_runs.watched_until > now(), false) as watched,
        ${isListenedTo(workspaceId, FLOW_RUNS_TOPIC)} as is_list_listened_to
      from flow_runs
      join flows on flows.workspace_id = flow_runs.workspace_id and flows.id = flow_runs.flow_id
      left join deployments on deployments.workspace_id = flow_runs.workspace_id and deployments.id = flow_runs.deployment_id
      left join deployment_versions version on version.workspace_id = flow_runs.workspace_id
        and version.deployment_id = flow_runs.deployment_id and version.id = flow_runs.deployment_version_id
      left join work_pools on work_pools.workspace_id = flow_runs.workspace_id and work_pools.id = flow_runs.work_pool_id
      where flow_runs.workspace_id = ${workspaceId}::uuid and flow_runs.claimed_at is not null and ${condition}
      order by flow_runs.id`,
    (rows) => rows.map(assignmentOf),
  )

type AssignmentSqlRow = RawRow & {
  id: string
  epoch: number
  claimed_at: string
  state_id: string
  holder_session_id: string
  name: string
  parameters: JsonObject
  tags: string[]
  run_count: number
  scheduled_time: string | null
  created_at: string
  parent_flow_run_id: string | null
  flow_id: string
  flow_name: string
  job_variables: AssignedDeployment['jobVariables']
  retries: RetryPolicy
  on_contact_lost: 'continue' | 'stop'
  start_again: boolean
  deployment_id: string | null
  deployment_name: string
  reuse: boolean
  preload: boolean
  version_id: string
  number: number
  entrypoint: string
  path: string
  content_hash: string | null
  base_job_template: string | null
  watched: boolean
  is_list_listened_to: boolean
}

const assignmentOf = (row: AssignmentSqlRow): AssignmentRow => ({
  flowRunId: row.id,
  epoch: row.epoch,
  claimedAt: instantOf(row.claimed_at),
  stateId: row.state_id,
  sessionId: row.holder_session_id,
  flowRun: {
    name: row.name,
    parameters: row.parameters,
    tags: row.tags,
    runCount: row.run_count,
    scheduledTime: instantOrNull(row.scheduled_time),
    createdAt: instantOf(row.created_at),
    parentFlowRunId: row.parent_flow_run_id,
  },
  flow: { id: row.flow_id, name: row.flow_name },
  deployment:
    row.deployment_id === null
      ? null
      : {
          id: row.deployment_id,
          name: row.deployment_name,
          versionId: row.version_id,
          version: row.number,
          entrypoint: row.entrypoint,
          path: row.path,
          contentHash: row.content_hash,
          jobVariables: row.job_variables,
          reuse: row.reuse,
          preload: row.preload,
          onContactLost: row.on_contact_lost,
          startAgain: row.start_again,
          // The deployment has nothing to say about it: what the flow says of itself holds.
          retries: row.retries.count === 0 ? null : row.retries,
        },
  jobTemplate: jobTemplateOf(row.base_job_template),
  watched: row.watched,
  isListListenedTo: row.is_list_listened_to,
})
