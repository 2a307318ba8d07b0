/** What the variable commands ask the API. Checked against api/schema.graphql by test/sdk/cli/documents.test.ts. */
import { deleteDocument } from '../../delete-thing.ts'
import { document } from '../../graphql.ts'
import type { Page } from '../../read-all.ts'
import { ERROR_FIELDS, type UnionError } from '../../read-result.ts'

/** A variable as the commands show it. */
export interface VariableRow {
  uuid: string
  name: string
  value: unknown
  tags: string[]
  createdAt: string
  updatedAt: string
  updatedBy: string | null
}

const ROW = 'uuid name value tags createdAt updatedAt updatedBy'

/** A page of variables. */
export const LIST = document<{ variables: Page<VariableRow> }, { after: string | null; filter: unknown }>(
  `query Variables($after: String, $filter: VariableFilter) { variables(first: 200, after: $after, filter: $filter) { pageInfo { hasNextPage endCursor } nodes { ${ROW} } } }`,
)

/** One variable by name. */
export const FIND = document<{ variable: VariableRow | null }, { name: string }>(
  `query Variable($name: String!) { variable(name: $name) { ${ROW} } }`,
)

/** Names of variables, for a suggestion. */
export const NAMES = document<{ variables: { nodes: { name: string }[] } }>('query VariableNames { variables(first: 200) { nodes { name } } }')

/** Makes a variable or gives it another value. Tags: left out = as they are. */
export const SET = document<
  { setVariable: { __typename: 'SetVariableSuccess'; created: boolean; variable: VariableRow } | UnionError },
  { input: { name: string; value: unknown; tags?: string[] } }
>(
  `mutation SetVariable($input: SetVariableInput!) { setVariable(input: $input) { __typename ... on SetVariableSuccess { created variable { ${ROW} } } ${ERROR_FIELDS} } }`,
)

/** Takes a variable away. */
export const DELETE = deleteDocument('DeleteVariable')
