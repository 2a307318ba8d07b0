/** What the flow commands ask the API. Checked against api/schema.graphql by test/sdk/cli/documents.test.ts. */
import { deleteDocument } from '../../delete-thing.ts'
import { document } from '../../graphql.ts'
import type { Page } from '../../read-all.ts'

/** A flow as lists show it. */
export interface FlowRow {
  uuid: string
  name: string
  createdAt: string
  deployments: { fullName: string }[]
}

/** A flow with its latest runs. */
export interface FlowDetail extends FlowRow {
  deployments: { fullName: string; isPaused: boolean; workPool: { name: string } | null; version: { number: number; entrypoint: string } }[]
}

const ROW = 'uuid name createdAt'

/** A page of flows. */
export const LIST = document<{ flows: Page<FlowRow> }, { after: string | null }>(
  `query Flows($after: String) { flows(first: 100, after: $after) { pageInfo { hasNextPage endCursor } nodes { ${ROW} deployments { fullName } } } }`,
)

/** One flow by name, and its latest runs. */
export const INSPECT = document<
  {
    flow: FlowDetail | null
    flowRuns: { totalCount: number; nodes: { uuid: string; name: string; state: { type: string; name: string }; createdAt: string }[] }
  },
  { name: string }
>(`
  query Flow($name: String!) {
    flow(name: $name) { ${ROW} deployments { fullName isPaused workPool { name } version { number entrypoint } } }
    flowRuns(first: 5, filter: { flow: { name: [$name] } }) { totalCount nodes { uuid name createdAt state { type name } } }
  }`)

/** Names of flows, for a suggestion. */
export const NAMES = document<{ flows: { nodes: { name: string }[] } }>('query FlowNames { flows(first: 200) { nodes { name } } }')

/** Takes a flow away. */
export const DELETE = deleteDocument('DeleteFlow')
