/** What the secret commands ask the API. Checked against api/schema.graphql by test/sdk/cli/documents.test.ts. Values only travel to it. */
import { deleteDocument } from '../../delete-thing.ts'
import { document } from '../../graphql.ts'
import type { Page } from '../../read-all.ts'
import { ERROR_FIELDS, type UnionError } from '../../read-result.ts'

/** A secret as the commands show it. */
export interface SecretRow {
  uuid: string
  name: string
  createdAt: string
  updatedAt: string
  updatedBy: string | null
}

const ROW = 'uuid name createdAt updatedAt updatedBy'

/** A page of secrets. */
export const LIST = document<{ blocks: Page<SecretRow> }, { after: string | null }>(
  `query Secrets($after: String) { blocks(first: 200, after: $after, filter: { type: { equals: "secret" } }) { pageInfo { hasNextPage endCursor } nodes { ${ROW} } } }`,
)

/** One by its full name, `secret/name`. */
export const FIND = document<{ block: SecretRow | null }, { name: string }>(`query Secret($name: String!) { block(name: $name) { ${ROW} } }`)

/** Makes a secret or gives it another value. */
export const SET = document<
  { saveBlock: { __typename: 'SaveBlockSuccess'; created: boolean; block: SecretRow } | UnionError },
  { input: { type: 'secret'; name: string; data: { value: unknown } } }
>(
  `mutation SetSecret($input: SaveBlockInput!) { saveBlock(input: $input) { __typename ... on SaveBlockSuccess { created block { ${ROW} } } ${ERROR_FIELDS} } }`,
)

/** Takes a secret away. */
export const DELETE = deleteDocument('DeleteBlock')
