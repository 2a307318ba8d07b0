import { deleteThing } from '../../delete-thing.ts'
import { openSession } from '../../session.ts'
import type { QueueOptions } from './change-work-queue.ts'
import { DELETE } from './documents.ts'
import { findWorkQueue } from './find-work-queue.ts'

/** `weir work-queue delete POOL/QUEUE`. */
export async function execute([given]: [string], options: QueueOptions): Promise<number> {
  const session = openSession(options)
  const { pool, queue } = await findWorkQueue(session.client, given, options.pool)
  return deleteThing(session, DELETE, { noun: 'work queue', id: queue.uuid, name: `${pool.name}/${queue.name}` })
}
