import { wrongUse } from '../../failure.ts'
import type { GraphqlClient } from '../../graphql.ts'
import { safeLine } from '../../safe-text.ts'
import { LIST, OPERATION, type OperationRow } from './documents.ts'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** The operation of this id, or the one of the newest 200 whose id ends so. Throws Failure. */
export async function findOperation(client: GraphqlClient, wanted: string): Promise<OperationRow> {
  if (UUID.test(wanted)) {
    const { operation } = await client.ask(OPERATION, { id: wanted })
    if (operation) return operation
  } else if (/^[0-9a-f-]{4,}$/i.test(wanted)) {
    const { nodes } = (await client.ask(LIST, { first: 200, after: null })).operations
    const found = nodes.filter(({ uuid }) => uuid.endsWith(wanted.toLowerCase()))
    if (found.length > 1) throw wrongUse('AMBIGUOUS', `${found.length} operations end with "${wanted}".`, 'Give more of its id.')
    if (found[0]) return found[0]
  }
  throw wrongUse('NOT_FOUND', `There is no operation "${safeLine(wanted.slice(0, 100))}".`, 'List them: weir operation ls')
}
