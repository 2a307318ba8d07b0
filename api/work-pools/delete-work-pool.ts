/** Deleting work pools, with their queues and workers. */
import { WORK_POOLS_TOPIC } from '../../core/topics.ts'
import { deleteWorkPool as deleteRow } from '../../db/queries/removal/remove-nouns.ts'
import { deedOf } from '../auth/deed-of.ts'
import type { Context } from '../context.ts'
import { NotFound } from '../errors.ts'
import { permit } from '../permissions.ts'
import { inTheWay } from '../removal.ts'

/** Its workers are told and stop. Audited. Throws NotFound; Conflict while deployments name it or runs of it are open. */
export async function deleteWorkPool(context: Context, workPoolId: string): Promise<void> {
  permit(context.actor, 'work-pools:delete')
  const { outcome, count } = await context.db.run(deleteRow(workPoolId, deedOf(context.actor, 'work-pools:delete')))
  if (outcome === 'missing') throw new NotFound('work pool', workPoolId, { path: ['id'], hint: 'weir work-pool ls' })
  if (outcome === 'deployments') throw inTheWay(count, 'deployment names it', 'deployments name it', 'Give them another pool, or delete them.')
  if (outcome === 'runs')
    throw inTheWay(count, 'run of it waits or goes on', 'runs of it wait or go on', 'Cancel them, or wait until they have ended.')
  const { workspaceId, coordinators } = context
  coordinators.closeWorkPool({ workspaceId, workPoolId })
  coordinators.ringFeed({ workspaceId, topic: WORK_POOLS_TOPIC })
}
