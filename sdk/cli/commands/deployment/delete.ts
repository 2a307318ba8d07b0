import { deleteThing } from '../../delete-thing.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { DELETE, FIND } from './documents.ts'
import { findDeployment } from './find-deployment.ts'

/** `weir deployment delete FLOW/NAME`. */
export async function execute([wanted]: [string], options: CommonOptions): Promise<number> {
  const session = openSession(options)
  const { uuid, fullName } = await findDeployment(session.client, FIND, wanted)
  return deleteThing(session, DELETE, { noun: 'deployment', id: uuid, name: fullName, also: ' with its schedules, and cancel its waiting runs' })
}
