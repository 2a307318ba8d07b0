/** A pool with its queue `default` and their limits. The SQL is the function `create_work_pool` of db/migrations. */
import { sql } from 'drizzle-orm'
import type { JobTemplate } from '../../../core/job-templates/job-template.ts'
import type { JsonObject } from '../../../core/json-value.ts'
import { jsonb, type Statement, sqlStatement } from '../../statement.ts'
import type { Deed } from '../audit-rows/deed.ts'

interface NewWorkPool {
  id: string
  /** Id of its queue `default`. */
  defaultQueueId: string
  name: string
  type: string
  description: string | null
  concurrencyLimit: number | null
  jobVariables: JsonObject
  /** Null or left out = the default of its type. */
  baseJobTemplate?: JobTemplate | null
}

interface CreatedWorkPool {
  /** Of the pool that has the name now. */
  id: string
  type: string
  /** False: the name was taken, nothing was written. */
  created: boolean
}

/** `deed` left out: nobody is to be named. */
export const createWorkPool = (pool: NewWorkPool, deed?: Deed): Statement<CreatedWorkPool> =>
  sqlStatement<{ id: string; type: string; created: boolean }, CreatedWorkPool>(
    (workspaceId) =>
      sql`select * from create_work_pool(${workspaceId}::uuid, ${jsonb({
        id: pool.id,
        default_queue_id: pool.defaultQueueId,
        name: pool.name,
        type: pool.type,
        description: pool.description,
        max: pool.concurrencyLimit,
        job_variables: pool.jobVariables,
        base_job_template: pool.baseJobTemplate && JSON.stringify(pool.baseJobTemplate),
        deed,
      })})`,
    ([row]) => row as CreatedWorkPool,
  )
