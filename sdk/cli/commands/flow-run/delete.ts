import { deleteThing } from '../../delete-thing.ts'
import { openSession } from '../../session.ts'
import { changeMany, type ManyOptions, readMany } from './change-many.ts'
import { DELETE, DELETE_MANY, EXISTS } from './documents.ts'
import { findFlowRun } from './find-flow-run.ts'

/** `weir flow-run delete ID`, or with a filter. */
export async function execute([wanted]: string[], options: ManyOptions): Promise<number> {
  const session = openSession(options)
  const filter = readMany(wanted, options)
  if (filter) return changeMany(session, DELETE_MANY, { filter }, { dryRun: options.dryRun === true, verb: 'delete', done: 'deleted' })
  const id = await findFlowRun(session.client, wanted as string)
  const name = (await session.client.ask(EXISTS, { id })).flowRun?.name ?? id
  return deleteThing(session, DELETE, { noun: 'flow run', id, name, also: ' with its log lines and artifacts' })
}
