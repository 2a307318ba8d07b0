/** Changing work queues. What is left out stays as it is; what already runs goes on. */
import { WORK_POOLS_TOPIC } from '../../core/topics.ts'
import type { WorkQueueRow } from '../../db/queries/work-pools/find-work-pools.ts'
import { updateWorkQueue as updateRow, type WorkQueueChange } from '../../db/queries/work-pools/update-work-queue.ts'
import { deedOf } from '../auth/deed-of.ts'
import { checkConcurrencyLimit } from '../check-input.ts'
import type { Context } from '../context.ts'
import { Invalid, NotFound } from '../errors.ts'
import { decodeId } from '../node.ts'
import { permit } from '../permissions.ts'
import { checkPriority } from './check-priority.ts'
import { workQueueLoader } from './types.ts'

interface WorkQueueUpdate {
  id: string
  priority?: number | null
  concurrencyLimit?: number | null
  isPaused?: boolean | null
}

/** Changes rank, limit or pause of a queue; what waited and may run now is given out. Audited. Throws Invalid, NotFound. */
export async function updateWorkQueue(context: Context, { priority, concurrencyLimit, isPaused, ...input }: WorkQueueUpdate): Promise<WorkQueueRow> {
  permit(context.actor, 'work-queues:update')
  const id = decodeId('WorkQueue', input.id, ['id'])
  const issues = [...checkPriority(priority, ['priority']), ...checkConcurrencyLimit(concurrencyLimit, ['concurrencyLimit'])]
  if (issues.length > 0) throw new Invalid(issues)
  const change: WorkQueueChange = {
    ...(priority == null ? {} : { priority }),
    ...(isPaused == null ? {} : { isPaused }),
    ...(concurrencyLimit === undefined ? {} : { concurrencyLimit }),
  }
  const result = await context.db.run(updateRow(id, change, deedOf(context.actor, 'work-queues:update', { ...change })))
  if (!result) throw new NotFound('work queue', id, { path: ['id'] })
  const { workspaceId, coordinators, reader } = context
  if (result.changed) {
    coordinators.ringFeed({ workspaceId, topic: WORK_POOLS_TOPIC })
    coordinators.ringWorkPool({ workspaceId, workPoolId: result.workPoolId })
  }
  reader.forget()
  return (await reader.load(workQueueLoader, id)) as WorkQueueRow
}
