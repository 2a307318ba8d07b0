import { shellWord } from '../../shell-word.ts'
import { wrongUse } from '../../failure.ts'
import type { GraphqlClient } from '../../graphql.ts'
import { notFound } from '../../not-found.ts'
import { type Page, readAll } from '../../read-all.ts'
import { findFlowRun } from '../flow-run/find-flow-run.ts'
import { IDS } from './documents.ts'

interface Found {
  /** Opaque. */
  id: string
  uuid: string
  name: string
}

/** Fewer characters of an id than this say too little. */
const SHORTEST = 4

/** The task run of a flow run by its name, its id, or the last characters of its id. Throws Failure. */
export async function findTaskRun(client: GraphqlClient, flowRun: string, wanted: string): Promise<Found & { flowRunId: string }> {
  const flowRunId = await findFlowRun(client, flowRun)
  const read = (filter: unknown) =>
    readAll<Found>(async (after) => (await client.ask(IDS, { id: flowRunId, after, filter })).flowRun?.taskRuns ?? NOTHING)
  const named = await read({ name: { equals: wanted } })
  if (named.length > 1) throw ambiguous(named, `are called "${wanted}"`)
  if (named[0]) return { ...named[0], flowRunId }
  const all = await read(null)
  const ends = /^[0-9a-f-]+$/i.test(wanted) && wanted.length >= SHORTEST ? all.filter(({ uuid }) => uuid.endsWith(wanted.toLowerCase())) : []
  if (ends.length > 1) throw ambiguous(ends, `end with "${wanted}"`)
  if (ends[0]) return { ...ends[0], flowRunId }
  throw notFound(
    'task run of this flow run called',
    wanted,
    all.map(({ name }) => name),
    `List them: weir task-run ls ${shellWord(flowRun)}`,
  )
}

const NOTHING: Page<Found> = { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } }

const ambiguous = (found: Found[], what: string) =>
  wrongUse('AMBIGUOUS', `${found.length} task runs of this flow run ${what}.`, `Give the id of one, for example ${found[0]?.uuid}`)
