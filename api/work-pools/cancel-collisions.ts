/** Runs that come while their deployment's limit is full, and are not to wait: cancelled by the claim that met them, or by the sweep. */
import { cancelCollision } from '../../core/cancel-collision.ts'
import type { FlowRunFacts } from '../../core/flow-run.ts'
import { listCollidingFlowRuns } from '../../db/queries/flow-runs/list-colliding-flow-runs.ts'
import { applyChanges } from '../../db/transitions/apply-changes.ts'
import { announce } from '../announce.ts'
import type { PoolContext } from './pool-context.ts'

/** Of one deployment at a time. */
const AT_ONCE = 100

/** Reads them. Behind a claim in one batch it sees the places that this has taken. */
export const collidingIn = ({ workPoolId }: Pick<PoolContext, 'workPoolId'>) => listCollidingFlowRuns({ workPoolId, limit: AT_ONCE })

/** Cancels those that nobody has taken meanwhile. */
export async function cancelCollisions(
  context: Pick<PoolContext, 'workspaceId' | 'db' | 'coordinators' | 'newId'>,
  colliding: readonly FlowRunFacts[],
): Promise<void> {
  const changes = colliding.flatMap((run) => cancelCollision(run, Date.now(), context.newId) ?? [])
  if (changes.length === 0) return
  const applied = await context.db.run(applyChanges(changes.map((change) => ({ change }))))
  announce(context, applied)
}
