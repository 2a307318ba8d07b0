import { deleteThing } from '../../delete-thing.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { DELETE } from './documents.ts'
import { findFlow } from './find-flow.ts'

/** `weir flow delete NAME`. */
export async function execute([name]: [string], options: CommonOptions): Promise<number> {
  const session = openSession(options)
  const { flow } = await findFlow(session.client, name)
  return deleteThing(session, DELETE, { noun: 'flow', id: flow.uuid, name: flow.name })
}
