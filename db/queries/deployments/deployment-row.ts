/** A deployment as people read it, its newest version with it. */
import { type SQL, sql } from 'drizzle-orm'
import type { Instant } from '../../../core/instant.ts'
import type { JobTemplate } from '../../../core/job-templates/job-template.ts'
import type { JsonObject } from '../../../core/json-value.ts'
import type { RetryPolicy } from '../../../core/retry-policy.ts'
import { schemaOfRecord } from '../../name-order.ts'
import { instantOf, type RawRow } from '../../statement.ts'
import { jobTemplateOf } from '../work-pools/job-template-of.ts'
import type { CollisionStrategy } from '../limits/set-collision-strategy.ts'

export interface DeploymentRow {
  id: string
  name: string
  flow: { id: string; name: string }
  /** `flow/deployment`. */
  fullName: string
  description: string | null
  tags: string[]
  isPaused: boolean
  version: DeploymentVersionRow
  parameters: JsonObject
  parameterSchema: JsonObject | null
  jobVariables: JsonObject
  workPool: { id: string; name: string; type: string; isPaused: boolean; jobVariables: JsonObject; baseJobTemplate: JobTemplate | null }
  workQueue: { id: string; name: string; isPaused: boolean; priority: number }
  concurrencyLimit: number | null
  collisionStrategy: CollisionStrategy
  reuse: boolean
  preload: boolean
  retries: RetryPolicy
  retryOnCrash: number
  onContactLost: 'continue' | 'stop'
  startAgain: boolean
  createdAt: Instant
  updatedAt: Instant
  /** Changes whenever the deployment, its pool or its queue is written. */
  revision: string
}

export interface DeploymentVersionRow {
  id: string
  deploymentId: string
  number: number
  entrypoint: string
  path: string
  contentHash: string | null
  createdAt: Instant
}

export type DeploymentSqlRow = RawRow & {
  id: string
  name: string
  flow_id: string
  flow_name: string
  description: string | null
  tags: string[]
  is_paused: boolean
  version_id: string
  version_number: number
  entrypoint: string
  path: string
  content_hash: string | null
  version_created_at: string
  parameters: JsonObject
  parameter_schema: JsonObject | null
  job_variables: JsonObject
  work_pool_id: string
  work_pool_name: string
  work_pool_type: string
  work_pool_paused: boolean
  work_pool_job_variables: JsonObject
  work_pool_template: string | null
  work_queue_id: string
  work_queue_name: string
  work_queue_paused: boolean
  priority: number
  max: number | null
  collision_strategy: CollisionStrategy
  reuse: boolean
  preload: boolean
  retries: RetryPolicy
  retry_on_crash: number
  on_contact_lost: 'continue' | 'stop'
  start_again: boolean
  created_at: string
  updated_at: string
  revision: string
}

/** Select list; `deploymentJoins` follows, and a `where` on `deployments`. */
export const deploymentColumns: SQL = sql`
  deployments.id, deployments.name, deployments.flow_id, flows.name as flow_name, deployments.description, deployments.tags, deployments.is_paused,
  version.id as version_id, version.number as version_number, version.entrypoint, version.path, version.content_hash,
  version.created_at as version_created_at, deployments.parameters, deployments.parameter_schema, deployments.job_variables,
  deployments.work_pool_id, work_pools.name as work_pool_name, work_pools.type as work_pool_type, work_pools.is_paused as work_pool_paused,
  work_pools.job_variables as work_pool_job_variables, work_pools.base_job_template as work_pool_template, deployments.work_queue_id, work_queues.name as work_queue_name,
  work_queues.is_paused as work_queue_paused, work_queues.priority, limits.max, limits.collision_strategy, deployments.reuse, deployments.preload, deployments.retries,
  deployments.retry_on_crash, deployments.on_contact_lost, deployments.start_again, deployments.created_at, deployments.updated_at,
  deployment_revision(deployments.xmin, work_pools.xmin, work_queues.xmin) as revision`

export const deploymentJoins: SQL = sql`
  from deployments
  join flows on flows.workspace_id = deployments.workspace_id and flows.id = deployments.flow_id
  join deployment_versions version on version.workspace_id = deployments.workspace_id and version.deployment_id = deployments.id
    and version.id = deployments.version_id
  join work_pools on work_pools.workspace_id = deployments.workspace_id and work_pools.id = deployments.work_pool_id
  join work_queues on work_queues.workspace_id = deployments.workspace_id and work_queues.id = deployments.work_queue_id
  join limits on limits.workspace_id = deployments.workspace_id and limits.id = deployments.id`

export const deploymentOf = (row: DeploymentSqlRow): DeploymentRow => ({
  id: row.id,
  name: row.name,
  flow: { id: row.flow_id, name: row.flow_name },
  fullName: `${row.flow_name}/${row.name}`,
  description: row.description,
  tags: row.tags,
  isPaused: row.is_paused,
  version: {
    id: row.version_id,
    deploymentId: row.id,
    number: row.version_number,
    entrypoint: row.entrypoint,
    path: row.path,
    contentHash: row.content_hash,
    createdAt: instantOf(row.version_created_at),
  },
  parameters: row.parameters,
  parameterSchema: row.parameter_schema && schemaOfRecord(row.parameter_schema),
  jobVariables: row.job_variables,
  workPool: {
    id: row.work_pool_id,
    name: row.work_pool_name,
    type: row.work_pool_type,
    isPaused: row.work_pool_paused,
    jobVariables: row.work_pool_job_variables,
    baseJobTemplate: jobTemplateOf(row.work_pool_template),
  },
  workQueue: { id: row.work_queue_id, name: row.work_queue_name, isPaused: row.work_queue_paused, priority: row.priority },
  concurrencyLimit: row.max,
  collisionStrategy: row.collision_strategy,
  reuse: row.reuse,
  preload: row.preload,
  retries: row.retries,
  retryOnCrash: row.retry_on_crash,
  onContactLost: row.on_contact_lost,
  startAgain: row.start_again,
  createdAt: instantOf(row.created_at),
  updatedAt: instantOf(row.updated_at),
  revision: row.revision,
})
