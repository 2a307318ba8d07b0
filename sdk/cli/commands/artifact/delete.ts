import { deleteThing } from '../../delete-thing.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { DELETE } from './documents.ts'
import { findArtifact } from './find-artifact.ts'

/** `weir artifact delete FLOW_RUN ARTIFACT`. The raw id does not say in which run it is, so the API is given the opaque one. */
export async function execute([flowRun, wanted]: [string, string], options: CommonOptions): Promise<number> {
  const session = openSession(options)
  const { id, key, uuid } = await findArtifact(session.client, flowRun, wanted)
  return deleteThing(session, DELETE, { noun: 'artifact', id: uuid, opaqueId: id, name: key ?? uuid })
}
