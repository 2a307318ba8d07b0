/** How callers name a deployment: by its id, or as `flow/deployment`. */
import type { DeploymentRow } from '../../db/queries/deployments/deployment-row.ts'
import { findDeploymentByName } from '../../db/queries/deployments/find-deployments.ts'
import type { Context } from '../context.ts'
import { Invalid } from '../errors.ts'
import { permit } from '../permissions.ts'
import { deploymentLoader } from './types.ts'

/** A deployment by id or by `flow/deployment`; null when there is none. Throws Invalid unless exactly one is given. */
export async function findDeployment(context: Context, { id, name }: { id: string | null; name: string | null }): Promise<DeploymentRow | null> {
  permit(context.actor, 'deployments:read')
  if (id !== null && name === null) return context.reader.load(deploymentLoader, id)
  if (name === null || id !== null) throw new Invalid([{ path: ['name'], message: 'expected either `id` or `name`', expected: 'one of them' }])
  return context.reader.run(findDeploymentByName(splitFullName(name, ['name'])))
}

/** `flow/deployment` into its parts; names contain no slash. Throws Invalid. */
export function splitFullName(fullName: string, path: string[]): { flowName: string; name: string } {
  const [flowName, name, ...rest] = fullName.split('/')
  if (!flowName || !name || rest.length > 0) {
    throw new Invalid([{ path, message: `expected "flow/deployment", got ${JSON.stringify(fullName.slice(0, 80))}`, expected: 'flow/deployment' }])
  }
  return { flowName, name }
}
