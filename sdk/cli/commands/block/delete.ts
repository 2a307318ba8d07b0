import { deleteThing } from '../../delete-thing.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { DELETE } from './documents.ts'
import { findBlock } from './find-block.ts'

/** `weir block delete TYPE/NAME`. */
export async function execute([wanted]: [string], options: CommonOptions): Promise<number> {
  const session = openSession(options)
  const { uuid, fullName } = await findBlock(session.client, wanted)
  return deleteThing(session, DELETE, { noun: 'block', id: uuid, name: fullName })
}
