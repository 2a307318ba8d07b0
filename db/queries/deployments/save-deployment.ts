/** Deploying: makes flow, deployment and first version, or changes what is there. The SQL is the function `save_deployment` of db/migrations. */
import { sql } from 'drizzle-orm'
import type { JsonObject } from '../../../core/json-value.ts'
import type { RetryPolicy } from '../../../core/retry-policy.ts'
import { schemaForRecord } from '../../name-order.ts'
import { jsonb, type Statement, sqlStatement } from '../../statement.ts'
import type { Deed } from '../audit-rows/deed.ts'

export interface SavedDeployment {
  /** Ids for what turns out to be new. */
  newIds: { flow: string; deployment: string; version: string }
  flowName: string
  name: string
  description: string | null
  tags: string[]
  entrypoint: string
  path: string
  contentHash: string | null
  parameters: JsonObject
  parameterSchema: JsonObject | null
  jobVariables: JsonObject
  workPoolName: string
  /** Null = `default`. */
  workQueueName: string | null
  concurrencyLimit: number | null
  reuse: boolean
  preload: boolean
  retries: RetryPolicy
  /** These three: null = as it is; 0, `continue` and false for a new one. */
  retryOnCrash: number | null
  onContactLost: 'continue' | 'stop' | null
  startAgain: boolean | null
}

export type SaveDeploymentResult =
  | {
      outcome: 'saved'
      deploymentId: string
      created: boolean
      /** A new version was made (entrypoint, path or content), or something else differs from before. */
      changed: boolean
      versionId: string
      /** Pools to ring: a raised limit, another pool or queue. */
      workPoolId: string
    }
  | { outcome: 'no-work-pool' }
  | { outcome: 'no-work-queue'; workPoolId: string }
  /** Crashes are to be retried, but a runner out of contact would go on: nothing was written. */
  | { outcome: 'no-fence' }

/** Idempotent: the same again changes nothing and makes no version. `deed` left out: nobody is to be named. */
export const saveDeployment = (deployment: SavedDeployment, deed?: Deed): Statement<SaveDeploymentResult> =>
  sqlStatement<
    {
      outcome: 'saved' | 'no-work-pool' | 'no-work-queue' | 'no-fence'
      deployment_id: string
      version_id: string
      work_pool_id: string
      created: boolean
      changed: boolean
    },
    SaveDeploymentResult
  >(
    (workspaceId) =>
      sql`select * from save_deployment(${workspaceId}::uuid, ${jsonb({
        new_flow_id: deployment.newIds.flow,
        new_deployment_id: deployment.newIds.deployment,
        new_version_id: deployment.newIds.version,
        flow_name: deployment.flowName,
        name: deployment.name,
        description: deployment.description,
        tags: deployment.tags,
        entrypoint: deployment.entrypoint,
        path: deployment.path,
        content_hash: deployment.contentHash,
        parameters: deployment.parameters,
        parameter_schema: deployment.parameterSchema && schemaForRecord(deployment.parameterSchema),
        job_variables: deployment.jobVariables,
        work_pool_name: deployment.workPoolName,
        work_queue_name: deployment.workQueueName ?? 'default',
        max: deployment.concurrencyLimit,
        reuse: deployment.reuse,
        preload: deployment.preload,
        retries: deployment.retries,
        retry_on_crash: deployment.retryOnCrash,
        on_contact_lost: deployment.onContactLost,
        start_again: deployment.startAgain,
        deed,
      })})`,
    ([row]) => {
      if (!row) throw new Error('save_deployment answered without a row')
      if (row.outcome === 'no-work-pool' || row.outcome === 'no-fence') return { outcome: row.outcome }
      if (row.outcome === 'no-work-queue') return { outcome: 'no-work-queue', workPoolId: row.work_pool_id }
      const { created, changed } = row
      return { outcome: 'saved', deploymentId: row.deployment_id, versionId: row.version_id, workPoolId: row.work_pool_id, created, changed }
    },
  )
