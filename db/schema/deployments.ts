import { boolean, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import type { JsonObject } from '../../core/json-value.ts'
import type { RetryPolicy } from '../../core/retry-policy.ts'
import { instant, workspaceId } from './columns.ts'

/** A flow with parameters, a pool and a version: what is run by name. Its concurrency limit is its row in `limits`. */
export const deployments = pgTable(
  'deployments',
  {
    workspaceId: workspaceId(),
    id: uuid('id').notNull(),
    flowId: uuid('flow_id').notNull(),
    name: text('name').notNull(),
    description: text('description'),
    tags: text('tags').array().notNull(),
    isPaused: boolean('is_paused').notNull(),
    workPoolId: uuid('work_pool_id').notNull(),
    workQueueId: uuid('work_queue_id').notNull(),
    parameters: jsonb('parameters').$type<JsonObject>().notNull(),
    parameterSchema: jsonb('parameter_schema').$type<JsonObject>(),
    jobVariables: jsonb('job_variables').$type<JsonObject>().notNull(),
    /** The newest version; new runs are pinned to it. */
    versionId: uuid('version_id').notNull(),
    reuse: boolean('reuse').notNull(),
    preload: boolean('preload').notNull(),
    retries: jsonb('retries').$type<RetryPolicy>().notNull(),
    retryOnCrash: integer('retry_on_crash').notNull(),
    onContactLost: text('on_contact_lost', { enum: ['continue', 'stop'] }).notNull(),
    startAgain: boolean('start_again').notNull(),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.id] })],
)

/** Where the code of a deployment lies, once for each time that it changed. Never updated. */
export const deploymentVersions = pgTable(
  'deployment_versions',
  {
    workspaceId: workspaceId(),
    deploymentId: uuid('deployment_id').notNull(),
    id: uuid('id').notNull(),
    /** 1, 2, 3 … within the deployment. */
    number: integer('number').notNull(),
    entrypoint: text('entrypoint').notNull(),
    path: text('path').notNull(),
    contentHash: text('content_hash'),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.deploymentId, table.id] })],
)
