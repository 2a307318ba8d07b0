/** What the work-queue commands ask the API. Checked against api/schema.graphql by test/sdk/cli/documents.test.ts. */
import { deleteDocument } from '../../delete-thing.ts'
import { document } from '../../graphql.ts'
import type { Page } from '../../read-all.ts'
import { ERROR_FIELDS, type UnionError } from '../../read-result.ts'

/** A queue as lists and answers show it. */
export interface WorkQueueRow {
  uuid: string
  name: string
  priority: number
  isPaused: boolean
  concurrencyLimit: number | null
  slotsUsed: number
  waitingCount: number
}

/** A pool and its queues, by priority. */
export interface PoolOfQueues {
  name: string
  isPaused: boolean
  queues: WorkQueueRow[]
}

const ROW = 'uuid name priority isPaused concurrencyLimit slotsUsed waitingCount'
const POOL = `name isPaused queues { ${ROW} }`

/** A page of pools with their queues. */
export const LIST = document<{ workPools: Page<PoolOfQueues> }, { after: string | null }>(
  `query WorkQueues($after: String) { workPools(first: 20, after: $after) { pageInfo { hasNextPage endCursor } nodes { ${POOL} } } }`,
)

/** The queues of one pool. */
export const LIST_OF_POOL = document<{ workPool: PoolOfQueues | null }, { name: string }>(
  `query WorkQueuesOfPool($name: String!) { workPool(name: $name) { ${POOL} } }`,
)

/** Makes a queue. */
export const CREATE = document<
  { createWorkQueue: { __typename: 'CreateWorkQueueSuccess'; workQueue: WorkQueueRow } | UnionError },
  { input: { workPoolName: string; name: string; priority?: number; concurrencyLimit?: number | null } }
>(
  `mutation CreateWorkQueue($input: CreateWorkQueueInput!) { createWorkQueue(input: $input) { __typename ... on CreateWorkQueueSuccess { workQueue { ${ROW} } } ${ERROR_FIELDS} } }`,
)

/** What the commands change about a queue; what is left out stays. */
export interface WorkQueueChange {
  priority?: number
  concurrencyLimit?: number | null
  isPaused?: boolean
}

/** Changes a queue. */
export const UPDATE = document<
  { updateWorkQueue: { __typename: 'UpdateWorkQueueSuccess'; workQueue: WorkQueueRow } | UnionError },
  { input: WorkQueueChange & { id: string } }
>(
  `mutation UpdateWorkQueue($input: UpdateWorkQueueInput!) { updateWorkQueue(input: $input) { __typename ... on UpdateWorkQueueSuccess { workQueue { ${ROW} } } ${ERROR_FIELDS} } }`,
)

/** Takes a queue away. */
export const DELETE = deleteDocument('DeleteWorkQueue')
