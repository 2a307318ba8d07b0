/** Telling a worker from afar to leave. */
import { WORK_POOLS_TOPIC } from '../../core/topics.ts'
import { drainWorker as drainRow } from '../../db/transitions/drain-worker.ts'
import { deedOf } from '../auth/deed-of.ts'
import type { Context } from '../context.ts'
import { Conflict, NotFound } from '../errors.ts'
import { permit } from '../permissions.ts'
import { isOnline, lastContactOf } from './last-contact.ts'
import { workerLoader, type WorkerValue } from './types.ts'

/**
 * The worker takes nothing new, finishes what it holds and leaves. Audited once; asked again, it is told again. Throws NotFound; Conflict when it is offline, or
 * older than this verb.
 */
export async function drainWorker(context: Context, workerId: string): Promise<WorkerValue> {
  permit(context.actor, 'workers:drain')
  const { workspaceId, coordinators } = context
  const worker = await context.reader.load(workerLoader, workerId)
  if (!worker) throw new NotFound('worker', workerId, { path: ['id'] })
  const offline = new Conflict('The worker is offline: nothing is given to it.', {
    path: ['id'],
    hint: 'Take it from the list with `weir worker delete NAME`.',
  })
  if (worker.hasLeft || !isOnline(context, await lastContactOf(context, worker))) throw offline
  const drained = await context.db.run(drainRow(workerId, deedOf(context.actor, 'workers:drain', { name: worker.name })))
  switch (drained.outcome) {
    case 'missing':
      throw new NotFound('worker', workerId, { path: ['id'] })
    case 'left':
      throw offline
    case 'deaf':
      throw new Conflict(`The worker runs weirflow ${worker.version ?? 'of a version it does not tell'}, which cannot be drained from afar.`, {
        path: ['id'],
        hint: 'Send its process SIGTERM: it takes nothing new and leaves when its runs have ended.',
      })
    case 'draining': {
      coordinators.drain({ workspaceId, workPoolId: worker.workPoolId, sessionId: drained.sessionId })
      coordinators.ringFeed({ workspaceId, topic: WORK_POOLS_TOPIC })
      return { ...worker, isDraining: true }
    }
  }
}
