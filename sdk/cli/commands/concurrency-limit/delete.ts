import { deleteThing } from '../../delete-thing.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { DELETE } from './documents.ts'
import { findLimit } from './find-limit.ts'

/** `weir concurrency-limit delete NAME`. */
export async function execute([wanted]: [string], options: CommonOptions): Promise<number> {
  const session = openSession(options)
  const { uuid, name } = await findLimit(session.client, wanted)
  return deleteThing(session, DELETE, { noun: 'concurrency limit', id: uuid, name })
}
