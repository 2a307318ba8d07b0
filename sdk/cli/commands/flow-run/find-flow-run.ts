import { wrongUse } from '../../failure.ts'
import type { GraphqlClient } from '../../graphql.ts'
import { nearest } from '../../nearest.ts'
import { EXISTS, IDS } from './documents.ts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
/** Fewer characters than this say too little. */
const SHORTEST = 4

/**
 * The uuid of the flow run that is meant: its id, its name, or the last characters of its id if only one of the latest 200 runs ends with them.
 * (The first characters are a time, and many runs share it.) Throws Failure.
 */
export async function findFlowRun(client: GraphqlClient, wanted: string): Promise<string> {
  const text = wanted.trim()
  if (UUID.test(text) || /^RmxvdyJ1bjo|^Rmxvd1J1bjo/.test(text)) {
    const { flowRun } = await client.ask(EXISTS, { id: text })
    if (!flowRun) throw wrongUse('NOT_FOUND', `There is no flow run ${text}.`, 'List them: weir flow-run ls')
    return flowRun.uuid
  }
  if (text === '') throw wrongUse('NOT_FOUND', 'The id of a flow run is empty.', 'List them: weir flow-run ls')
  const named = (await client.ask(IDS, { filter: { name: { equals: text } } })).flowRuns.nodes
  if (named.length === 1) return (named[0] as { uuid: string }).uuid
  if (named.length > 1) throw wrongUse('AMBIGUOUS', `${named.length} flow runs are called "${text}".`, `Give the id, for example ${named[0]?.uuid}`)
  const latest = (await client.ask(IDS, { filter: null })).flowRuns.nodes
  const ends = /^[0-9a-f-]+$/i.test(text) && text.length >= SHORTEST ? latest.filter(({ uuid }) => uuid.endsWith(text.toLowerCase())) : []
  if (ends.length === 1) return (ends[0] as { uuid: string }).uuid
  if (ends.length > 1)
    throw wrongUse(
      'AMBIGUOUS',
      `${ends.length} flow runs end with "${text}".`,
      `Give more of it: ${ends
        .slice(0, 3)
        .map(({ uuid }) => uuid)
        .join(', ')}`,
    )
  const near = nearest(
    text,
    latest.map(({ name }) => name),
  )
  throw wrongUse('NOT_FOUND', `There is no flow run "${text.slice(0, 100)}".`, near ? `Did you mean "${near}"?` : 'List them: weir flow-run ls')
}
