/** What the worker commands ask the API. Checked against api/schema.graphql by test/sdk/cli/documents.test.ts. */
import { deleteDocument } from '../../delete-thing.ts'
import { document } from '../../graphql.ts'
import { ERROR_FIELDS, type UnionError } from '../../read-result.ts'

/** A worker as lists show it. */
export interface WorkerRow {
  uuid: string
  name: string
  status: string
  version: string | null
  hostname: string | null
  labels: Record<string, string>
  slots: number
  slotsUsed: number
  lastSeenAt: string
}

/** A pool and who serves it. */
export interface PoolOfWorkers {
  name: string
  workers: WorkerRow[]
}

const ROW = 'uuid name status version hostname labels slots slotsUsed lastSeenAt'
const WORKERS = `name workers { ${ROW} }`

/** A page is small: the API counts every worker that a pool might have. */
export const LIST = document<
  { workPools: { nodes: PoolOfWorkers[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } } },
  { after: string | null }
>(`query Workers($after: String) { workPools(first: 20, after: $after) { pageInfo { hasNextPage endCursor } nodes { ${WORKERS} } } }`)

/** The workers of one pool. */
export const LIST_OF_POOL = document<{ workPool: PoolOfWorkers | null }, { name: string }>(
  `query WorkersOfPool($name: String!) { workPool(name: $name) { ${WORKERS} } }`,
)

/** Tells a worker to leave. */
export const DRAIN = document<{ drainWorker: { __typename: 'DrainWorkerSuccess'; worker: WorkerRow } | UnionError }, { id: string }>(
  `mutation DrainWorker($id: ID!) { drainWorker(input: { id: $id }) { __typename ... on DrainWorkerSuccess { worker { ${ROW} } } ${ERROR_FIELDS} } }`,
)

/** Forgets a worker. */
export const DELETE = deleteDocument('DeleteWorker')
