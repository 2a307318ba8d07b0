/** The list of deployments. Pages and counts are read separately, so that nobody pays for a count that is not asked for. */
import type { DeploymentRow } from '../../db/queries/deployments/deployment-row.ts'
import { countDeployments, type DeploymentFilter, listDeployments as listRows } from '../../db/queries/deployments/find-deployments.ts'
import type { Page } from '../../db/queries/page.ts'
import type { ConnectionValue } from '../connection.ts'
import type { Context } from '../context.ts'
import { permit } from '../permissions.ts'

/** A page of the workspace's deployments, newest first. */
export async function listDeployments(
  context: Context,
  { filter = null, page, count }: { filter?: DeploymentFilter | null; page: Page; count: boolean },
): Promise<ConnectionValue<DeploymentRow>> {
  permit(context.actor, 'deployments:read')
  const rows = context.reader.run(listRows(page, filter))
  return { count: count ? context.reader.run(countDeployments(filter)) : null, page: await rows }
}
