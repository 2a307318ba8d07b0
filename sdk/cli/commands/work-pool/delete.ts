import { deleteThing } from '../../delete-thing.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { DELETE } from './documents.ts'
import { findWorkPool } from './find-work-pool.ts'

/** `weir work-pool delete NAME`. */
export async function execute([name]: [string], options: CommonOptions): Promise<number> {
  const session = openSession(options)
  const id = await findWorkPool(session.client, name)
  return deleteThing(session, DELETE, { noun: 'work pool', id, name, also: ' with its queues and workers' })
}
