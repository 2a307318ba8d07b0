import { deleteThing } from '../../delete-thing.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { DELETE } from './documents.ts'
import { findWorker } from './find-worker.ts'

/** `weir worker delete NAME`: by its name, or its id. */
export async function execute([wanted]: [string], options: CommonOptions & { pool?: string }): Promise<number> {
  const session = openSession(options)
  const { uuid, name } = await findWorker(session, wanted, options.pool)
  return deleteThing(session, DELETE, { noun: 'worker', id: uuid, name })
}
