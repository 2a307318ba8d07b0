/** What the work-pool commands ask the API. Checked against api/schema.graphql by test/sdk/cli/documents.test.ts. */
import { deleteDocument } from '../../delete-thing.ts'
import { document } from '../../graphql.ts'
import type { Page } from '../../read-all.ts'
import { ERROR_FIELDS, type UnionError } from '../../read-result.ts'
import type { WorkQueueRow } from '../work-queue/documents.ts'
import type { WorkerRow } from '../worker/documents.ts'

/** A pool as lists and answers show it. */
export interface WorkPoolRow {
  uuid: string
  name: string
  type: string
  description: string | null
  isPaused: boolean
  status: string
  concurrencyLimit: number | null
  slotsUsed: number
  waitingCount: number
  workers: { status: string }[]
  createdAt: string
}

/** A pool with its queues and workers. */
export interface WorkPoolDetail extends WorkPoolRow {
  baseJobTemplate: unknown
  hasOwnJobTemplate: boolean
  queues: WorkQueueRow[]
  workers: WorkerRow[]
}

const ROW = 'uuid name type description isPaused status concurrencyLimit slotsUsed waitingCount createdAt'

/** A page of pools, oldest first; small, because the API counts every worker that a pool might have. */
export const LIST = document<{ workPools: Page<WorkPoolRow> }, { after: string | null }>(
  `query WorkPools($after: String) { workPools(first: 20, after: $after) { pageInfo { hasNextPage endCursor } nodes { ${ROW} workers { status } } } }`,
)

/** Names of pools, for a suggestion. */
export const NAMES = document<{ workPools: { nodes: { name: string }[] } }>('query WorkPoolNames { workPools(first: 200) { nodes { name } } }')

/** Which pool a name means. */
export const FIND = document<{ workPool: { uuid: string; type: string } | null }, { name: string }>(
  'query WorkPoolId($name: String!) { workPool(name: $name) { uuid type } }',
)

/** What `weir work-pool update` and its relatives change; what is left out stays. */
export interface WorkPoolChange {
  description?: string | null
  concurrencyLimit?: number | null
  isPaused?: boolean
  baseJobTemplate?: unknown
}

/** Changes a pool. */
export const UPDATE = document<
  { updateWorkPool: { __typename: 'UpdateWorkPoolSuccess'; workPool: WorkPoolRow } | UnionError },
  { input: WorkPoolChange & { id: string } }
>(
  `mutation UpdateWorkPool($input: UpdateWorkPoolInput!) { updateWorkPool(input: $input) { __typename ... on UpdateWorkPoolSuccess { workPool { ${ROW} workers { status } } } ${ERROR_FIELDS} } }`,
)

/** One pool by name. */
export const INSPECT = document<{ workPool: WorkPoolDetail | null }, { name: string }>(`
  query WorkPool($name: String!) { workPool(name: $name) {
    ${ROW} baseJobTemplate hasOwnJobTemplate queues { uuid name priority isPaused concurrencyLimit slotsUsed waitingCount } workers { uuid name status version hostname labels slots slotsUsed lastSeenAt }
  } }`)

/** Makes a pool. */
export const CREATE = document<
  { createWorkPool: { __typename: 'CreateWorkPoolSuccess'; created: boolean; workPool: WorkPoolRow } | UnionError },
  { input: { name: string; type: string; description?: string; concurrencyLimit?: number; baseJobTemplate?: unknown; ifMissing: boolean } }
>(
  `mutation CreateWorkPool($input: CreateWorkPoolInput!) { createWorkPool(input: $input) { __typename ... on CreateWorkPoolSuccess { created workPool { ${ROW} workers { status } } } ${ERROR_FIELDS} } }`,
)

/** The template of a pool that has none of its own. */
export const DEFAULT_TEMPLATE = document<{ defaultBaseJobTemplate: unknown }, { type: string }>(
  'query DefaultBaseJobTemplate($type: String!) { defaultBaseJobTemplate(type: $type) }',
)

/** Deployments of a pool, with what of their job variables its template has no place for. */
export const MISFITS = document<
  { deployments: Page<{ fullName: string; jobVariableIssues: { path: string[]; message: string }[] }> },
  { pool: string; after: string | null }
>(`
  query MisfitsOfWorkPool($pool: String!, $after: String) { deployments(first: 200, after: $after, filter: { workPool: { name: [$pool] } }) {
    pageInfo { hasNextPage endCursor } nodes { fullName jobVariableIssues { path message } } } }`)

/** Takes a pool away. */
export const DELETE = deleteDocument('DeleteWorkPool')
