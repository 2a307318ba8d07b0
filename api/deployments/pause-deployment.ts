/** Pausing deployments. What already runs goes on. */
import { DEPLOYMENTS_TOPIC } from '../../core/topics.ts'
import type { DeploymentRow } from '../../db/queries/deployments/deployment-row.ts'
import { pauseDeployment as pauseRow } from '../../db/queries/deployments/pause-deployment.ts'
import { deedOf } from '../auth/deed-of.ts'
import type { Context } from '../context.ts'
import { NotFound } from '../errors.ts'
import { decodeId } from '../node.ts'
import { permit } from '../permissions.ts'
import { fillDeployments } from '../schedules/fill-schedules.ts'
import { deploymentLoader } from './types.ts'

/** Lets a deployment's runs wait (`isPaused`), or go again; what waited is given out. Idempotent. Audited. Throws Invalid, NotFound. */
export async function pauseDeployment(context: Context, { id, isPaused }: { id: string; isPaused: boolean }): Promise<DeploymentRow> {
  permit(context.actor, 'deployments:pause')
  const deploymentId = decodeId('Deployment', id, ['id'])
  const result = await context.db.run(pauseRow({ deploymentId, isPaused }, deedOf(context.actor, 'deployments:pause', { isPaused })))
  if (!result) throw new NotFound('deployment', deploymentId, { path: ['id'], hint: 'weir deployment ls' })
  const { workspaceId, coordinators, reader } = context
  if (result.changed) {
    await fillDeployments(context, [deploymentId])
    coordinators.ringFeed({ workspaceId, topic: DEPLOYMENTS_TOPIC })
    coordinators.ringWorkPool({ workspaceId, workPoolId: result.workPoolId })
  }
  reader.forget()
  return (await reader.load(deploymentLoader, deploymentId)) as DeploymentRow
}
