import { wrongUse } from '../../failure.ts'
import type { GraphqlClient } from '../../graphql.ts'
import { notFound } from '../../not-found.ts'
import { EXISTS, FIND } from './documents.ts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
/** Fewer characters than this say too little. */
const SHORTEST = 4
/** A filter that no run is in. */
const NOTHING = { id: { in: [] } }

/**
 * The uuid of the flow run that is meant: by its id, by its name, or by the last characters of its id, among all runs. (The first characters are a time, and
 * many runs share it.) Throws Failure, with the nearest name of the latest 200 runs.
 */
export async function findFlowRun(client: GraphqlClient, wanted: string): Promise<string> {
  const text = wanted.trim()
  if (UUID.test(text) || /^RmxvdyJ1bjo|^Rmxvd1J1bjo/.test(text)) {
    const { flowRun } = await client.ask(EXISTS, { id: text })
    if (!flowRun) throw wrongUse('NOT_FOUND', `There is no flow run ${text}.`, 'List them: weir flow-run ls')
    return flowRun.uuid
  }
  if (text === '') throw wrongUse('NOT_FOUND', 'The id of a flow run is empty.', 'List them: weir flow-run ls')
  const isEnd = /^[0-9a-f-]+$/i.test(text) && text.length >= SHORTEST && text.length <= 36
  const { named, ending, newest } = await client.ask(FIND, {
    named: { name: { equals: text } },
    ending: isEnd ? { id: { endsWith: text } } : NOTHING,
  })
  for (const [{ nodes, totalCount }, what] of [
    [named, `are called "${text}"`],
    [ending, `have an id that ends with "${text}"`],
  ] as const) {
    if (nodes.length > 1)
      throw wrongUse('AMBIGUOUS', `${totalCount} flow runs ${what}.`, `Give the id of one, for example ${nodes.map(({ uuid }) => uuid).join(', ')}`)
    if (nodes[0]) return nodes[0].uuid
  }
  throw notFound(
    'flow run',
    text,
    newest.nodes.map(({ name }) => name),
    'List them: weir flow-run ls',
  )
}
