/** What the operation commands ask the API. Checked against api/schema.graphql by test/sdk/cli/documents.test.ts. */
import { document } from '../../graphql.ts'
import type { Page } from '../../read-all.ts'
import { ERROR_FIELDS, type UnionError } from '../../read-result.ts'

/** Something that is done to many runs, beside the answer that began it. */
export interface OperationRow {
  uuid: string
  kind: string
  state: string
  isStopping: boolean
  totalCount: number
  processedCount: number
  changedCount: number
  unchangedCount: number
  refusedCount: number
  refusals: { flowRunId: string; message: string }[]
  createdAt: string
  createdBy: string
  endedAt: string | null
}

/** Its fields. */
export const OPERATION_ROW =
  'uuid kind state isStopping totalCount processedCount changedCount unchangedCount refusedCount refusals { flowRunId message } createdAt createdBy endedAt'

/** How far an operation is. */
export const OPERATION = document<{ operation: OperationRow | null }, { id: string }>(
  `query Operation($id: ID!) { operation(id: $id) { ${OPERATION_ROW} } }`,
)

/** A page of operations, newest first. */
export const LIST = document<{ operations: Page<OperationRow> & { totalCount: number } }, { first: number; after: string | null }>(
  `query Operations($first: Int!, $after: String) { operations(first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor } nodes { ${OPERATION_ROW} } } }`,
)

/** Leaves alone what is not done yet. */
export const STOP = document<{ stopOperation: { __typename: 'StopOperationSuccess'; operation: OperationRow } | UnionError }, { id: string }>(
  `mutation StopOperation($id: ID!) { stopOperation(input: { id: $id }) { __typename ... on StopOperationSuccess { operation { ${OPERATION_ROW} } } ${ERROR_FIELDS} } }`,
)
