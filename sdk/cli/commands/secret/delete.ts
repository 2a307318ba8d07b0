import { deleteThing } from '../../delete-thing.ts'
import { notFound } from '../../not-found.ts'
import { readAll } from '../../read-all.ts'
import { type CommonOptions, openSession } from '../../session.ts'
import { shellWord } from '../../shell-word.ts'
import { DELETE, FIND, LIST } from './documents.ts'

/** `weir secret delete NAME`. */
export async function execute([wanted]: [string], options: CommonOptions): Promise<number> {
  const session = openSession(options)
  const { client } = session
  const { block } = await client.ask(FIND, { name: `secret/${wanted}` })
  if (!block) {
    const names = (await readAll(async (after) => (await client.ask(LIST, { after })).blocks)).map(({ name }) => name)
    throw notFound('secret', wanted, names, `Make it: weir secret set ${shellWord(wanted)}`)
  }
  return deleteThing(session, DELETE, { noun: 'secret', id: block.uuid, name: block.name })
}
