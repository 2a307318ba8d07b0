import { deleteThing } from '../../delete-thing.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { DELETE } from './documents.ts'
import { findServiceAccount } from './find-service-account.ts'

/** `weir service-account delete NAME`: its keys end with it. */
export async function execute([wanted]: [string], options: CommonOptions): Promise<number> {
  const session = openSession(options)
  const { uuid, name } = await findServiceAccount(session.client, wanted)
  return deleteThing(session, DELETE, { noun: 'service account', id: uuid, name, also: ' and end its keys' })
}
