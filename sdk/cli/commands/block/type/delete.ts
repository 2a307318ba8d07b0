import { deleteThing } from '../../../delete-thing.ts'
import { type CommonOptions, openSession } from '../../../session.ts'
import { DELETE_TYPE } from '../documents.ts'
import { findBlockType } from '../find-block.ts'

/** `weir block type delete SLUG`. */
export async function execute([wanted]: [string], options: CommonOptions): Promise<number> {
  const session = openSession(options)
  const { uuid, slug } = await findBlockType(session.client, wanted)
  return deleteThing(session, DELETE_TYPE, { noun: 'block type', id: uuid, name: slug })
}
