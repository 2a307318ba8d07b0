/** Changing deployments without deploying: what is left out stays as it is. */
import type { JsonObject, JsonValue } from '../../core/json-value.ts'
import type { RetryPolicy } from '../../core/retry-policy.ts'
import type { DeploymentRow } from '../../db/queries/deployments/deployment-row.ts'
import type { CollisionStrategy } from '../../db/queries/limits/set-collision-strategy.ts'
import type { Context } from '../context.ts'
import { Invalid, NotFound } from '../errors.ts'
import { permit } from '../permissions.ts'
import { saveDeployment } from './save-deployment.ts'
import { deploymentLoader } from './types.ts'

interface DeploymentUpdate {
  description?: string | null | undefined
  tags?: string[] | null
  parameters?: JsonValue | undefined
  parameterSchema?: JsonObject | boolean | null | undefined
  jobVariables?: JsonValue | undefined
  workPoolName?: string | null
  workQueueName?: string | null
  concurrencyLimit?: number | null | undefined
  collisionStrategy?: CollisionStrategy | null
  retries?: { count: number; delay?: JsonValue; jitter?: number | null } | null | undefined
  retryOnCrash?: number | null
  onContactLost?: 'continue' | 'stop' | null
  startAgain?: boolean | null
}

/** The deployment with some things different; its code and its version stay. Audited as a save. Throws Invalid, NotFound. */
export async function updateDeployment(context: Context, deploymentId: string, update: DeploymentUpdate): Promise<DeploymentRow> {
  permit(context.actor, 'deployments:save')
  const present = await context.reader.load(deploymentLoader, deploymentId)
  if (!present) throw new NotFound('deployment', deploymentId, { path: ['id'], hint: 'weir deployment ls' })
  if (update.parameters === null) throw new Invalid([{ path: ['parameters'], message: 'expected an object, got null', expected: 'object' }])
  // In another pool a queue of the same name may mean something else: it begins in the default one.
  const staysInPool = update.workPoolName == null || update.workPoolName === present.workPool.name
  const { deployment } = await saveDeployment(context, {
    flowName: present.flow.name,
    name: present.name,
    entrypoint: present.version.entrypoint,
    path: present.version.path,
    contentHash: present.version.contentHash,
    description: update.description === undefined ? present.description : update.description,
    tags: [...new Set(update.tags ?? present.tags)],
    parameters: update.parameters ?? present.parameters,
    parameterSchema: update.parameterSchema === undefined ? present.parameterSchema : update.parameterSchema,
    jobVariables: update.jobVariables ?? present.jobVariables,
    workPoolName: update.workPoolName ?? present.workPool.name,
    workQueueName: update.workQueueName ?? (staysInPool ? present.workQueue.name : null),
    concurrencyLimit: update.concurrencyLimit === undefined ? present.concurrencyLimit : update.concurrencyLimit,
    collisionStrategy: update.collisionStrategy ?? null,
    reuse: present.reuse,
    preload: present.preload,
    retries: update.retries === undefined ? inputOf(present.retries) : update.retries,
    retryOnCrash: update.retryOnCrash ?? null,
    onContactLost: update.onContactLost ?? null,
    startAgain: update.startAgain ?? null,
  })
  return deployment
}

/** A stored policy in the words of its input. */
const inputOf = ({ count, delay, jitter }: RetryPolicy): DeploymentUpdate['retries'] => ({ count, delay: delay as JsonValue, jitter })
