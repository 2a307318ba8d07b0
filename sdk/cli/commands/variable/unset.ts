import { deleteThing } from '../../delete-thing.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { DELETE } from './documents.ts'
import { findVariable } from './find-variable.ts'

/** `weir variable unset NAME`. */
export async function execute([wanted]: [string], options: CommonOptions): Promise<number> {
  const session = openSession(options)
  const { uuid, name } = await findVariable(session.client, wanted)
  return deleteThing(session, DELETE, { noun: 'variable', id: uuid, name })
}
