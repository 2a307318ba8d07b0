/** Deleting queues of work pools. */
import { WORK_POOLS_TOPIC } from '../../core/topics.ts'
import { deleteWorkQueue as deleteRow } from '../../db/queries/removal/remove-nouns.ts'
import { deedOf } from '../auth/deed-of.ts'
import type { Context } from '../context.ts'
import { Conflict, NotFound } from '../errors.ts'
import { permit } from '../permissions.ts'
import { inTheWay } from '../removal.ts'

/** Audited. Throws NotFound; Conflict for `default`, while deployments name it, or while runs of it are open. */
export async function deleteWorkQueue(context: Context, workQueueId: string): Promise<void> {
  permit(context.actor, 'work-queues:delete')
  const { outcome, count } = await context.db.run(deleteRow(workQueueId, deedOf(context.actor, 'work-queues:delete')))
  if (outcome === 'missing') throw new NotFound('work queue', workQueueId, { path: ['id'] })
  if (outcome === 'default') throw new Conflict('Every pool has its queue `default`.', { path: ['id'], hint: 'Delete the pool, or pause the queue.' })
  if (outcome === 'deployments') throw inTheWay(count, 'deployment names it', 'deployments name it', 'Give them another queue, or delete them.')
  if (outcome === 'runs')
    throw inTheWay(count, 'run of it waits or goes on', 'runs of it wait or go on', 'Cancel them, or wait until they have ended.')
  context.coordinators.ringFeed({ workspaceId: context.workspaceId, topic: WORK_POOLS_TOPIC })
}
