import { deleteThing } from '../../delete-thing.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { DELETE, EXISTS } from './documents.ts'
import { findFlowRun } from './find-flow-run.ts'

/** `weir flow-run delete ID`. */
export async function execute([wanted]: [string], options: CommonOptions): Promise<number> {
  const session = openSession(options)
  const id = await findFlowRun(session.client, wanted)
  const name = (await session.client.ask(EXISTS, { id })).flowRun?.name ?? wanted
  return deleteThing(session, DELETE, { noun: 'flow run', id, name, also: ' with its log lines and artifacts' })
}
