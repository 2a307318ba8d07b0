/** Forgetting workers that do not come any more. */
import { WORK_POOLS_TOPIC } from '../../core/topics.ts'
import { deleteWorker as deleteRow } from '../../db/queries/removal/remove-nouns.ts'
import { deedOf } from '../auth/deed-of.ts'
import type { Context } from '../context.ts'
import { Conflict, NotFound } from '../errors.ts'
import { permit } from '../permissions.ts'
import { inTheWay } from '../removal.ts'
import { isOnline, lastContactOf } from './last-contact.ts'
import { workerLoader } from './types.ts'

/** A worker that is offline goes from the list; one of its name may come again. Audited. Throws NotFound; Conflict while it is online or holds runs. */
export async function deleteWorker(context: Context, workerId: string): Promise<void> {
  permit(context.actor, 'workers:delete')
  const worker = await context.reader.load(workerLoader, workerId)
  if (!worker) throw new NotFound('worker', workerId, { path: ['id'] })
  if (!worker.hasLeft && isOnline(context, await lastContactOf(context, worker))) {
    throw new Conflict('The worker is online.', { path: ['id'], hint: 'Stop its process first: it says goodbye, or is offline half a minute later.' })
  }
  const { outcome, count } = await context.db.run(deleteRow(workerId, deedOf(context.actor, 'workers:delete', { name: worker.name })))
  if (outcome === 'missing') throw new NotFound('worker', workerId, { path: ['id'] })
  if (outcome === 'runs') throw inTheWay(count, 'run is held by it', 'runs are held by it', 'They are judged lost soon, or cancel them.')
  context.coordinators.ringFeed({ workspaceId: context.workspaceId, topic: WORK_POOLS_TOPIC })
}
