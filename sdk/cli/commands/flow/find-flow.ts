import type { GraphqlClient } from '../../graphql.ts'
import { notFound } from '../../not-found.ts'
import { INSPECT, NAMES } from './documents.ts'

/** The flow of this name with its deployments and latest runs. Throws Failure with the nearest one. */
export async function findFlow(client: GraphqlClient, name: string) {
  const { flow, flowRuns } = await client.ask(INSPECT, { name })
  if (flow) return { flow, flowRuns }
  const { flows } = await client.ask(NAMES, {})
  throw notFound(
    'flow',
    name,
    flows.nodes.map((one) => one.name),
    'A flow comes with its first run or deployment: weir deploy FILE:EXPORT --name NAME --pool POOL',
  )
}
