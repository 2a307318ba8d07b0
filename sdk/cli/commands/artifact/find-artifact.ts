import { shellWord } from '../../shell-word.ts'
import { wrongUse } from '../../failure.ts'
import type { GraphqlClient } from '../../graphql.ts'
import { notFound } from '../../not-found.ts'
import { findFlowRun } from '../flow-run/find-flow-run.ts'
import { type ArtifactRow, LIST } from './documents.ts'

/** Fewer characters of an id than this say too little. */
const SHORTEST = 4

/** The artifact of a flow run by its key, its id, or the last characters of its id; `id` is opaque. Throws Failure with the nearest key. */
export async function findArtifact(client: GraphqlClient, flowRun: string, wanted: string): Promise<ArtifactRow & { id: string; flowRunId: string }> {
  const flowRunId = await findFlowRun(client, flowRun)
  const artifacts = (await client.ask(LIST, { id: flowRunId })).flowRun?.artifacts ?? []
  const keyed = artifacts.filter(({ key }) => key === wanted)
  const meant = keyed.length > 0 ? keyed : wanted.length < SHORTEST ? [] : artifacts.filter(({ uuid }) => uuid.endsWith(wanted.toLowerCase()))
  if (meant.length > 1)
    throw wrongUse('AMBIGUOUS', `${meant.length} artifacts of this flow run match "${wanted}".`, `Give the id of one, for example ${meant[0]?.uuid}`)
  if (meant[0]) return { ...meant[0], flowRunId }
  throw notFound(
    'artifact of this flow run called',
    wanted,
    artifacts.flatMap(({ key }) => key ?? []),
    `List them: weir artifact ls ${shellWord(flowRun)}`,
  )
}
