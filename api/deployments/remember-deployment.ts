/**
 * Deployments that this isolate has read lately, so that the run of one needs no look-up of its own. What is remembered may be out of date: only an offer
 * acts upon it, because the record refuses the offer of a deployment, pool or queue that has changed since (`revision`).
 */
import type { Instant } from '../../core/instant.ts'
import type { DeploymentRow } from '../../db/queries/deployments/deployment-row.ts'

const REMEMBERED_FOR = 60_000
const MOST_REMEMBERED = 1_000

/** How a caller named it: the workspace and an id, or `flow/deployment`. */
export interface DeploymentName {
  workspaceId: string
  name: string
}

const remembered = new Map<string, { deployment: DeploymentRow; since: Instant }>()

const keyOf = ({ workspaceId, name }: DeploymentName): string => `${workspaceId}/${name}`

/** What was read under that name in the last minute; null = nothing. */
export function recallDeployment(named: DeploymentName, now: Instant): DeploymentRow | null {
  const known = remembered.get(keyOf(named))
  return known && now - known.since < REMEMBERED_FOR ? known.deployment : null
}

/** Keeps what was read just now; the one that was read longest ago makes place. */
export function rememberDeployment(named: DeploymentName, deployment: DeploymentRow, now: Instant): void {
  const key = keyOf(named)
  remembered.delete(key)
  if (remembered.size >= MOST_REMEMBERED) remembered.delete(remembered.keys().next().value as string)
  remembered.set(key, { deployment, since: now })
}
