/** What the block commands ask the API. Checked against api/schema.graphql by test/sdk/cli/documents.test.ts. */
import { deleteDocument } from '../../delete-thing.ts'
import { document } from '../../graphql.ts'
import type { Page } from '../../read-all.ts'
import { ERROR_FIELDS, type UnionError } from '../../read-result.ts'

/** A block as the commands show it: `********` for what is secret. */
export interface BlockRow {
  uuid: string
  name: string
  fullName: string
  typeSlug: string
  data: Record<string, unknown>
  createdAt: string
  updatedAt: string
  updatedBy: string | null
}

/** A type of blocks. */
export interface BlockTypeRow {
  uuid: string
  slug: string
  name: string
  description: string | null
  logoUrl: string | null
  schema: { properties?: Record<string, { type?: unknown; writeOnly?: boolean }>; required?: string[] }
  secretFields: string[]
  isBuiltIn: boolean
  updatedAt: string | null
  updatedBy: string | null
}

const ROW = 'uuid name fullName typeSlug data createdAt updatedAt updatedBy'
const TYPE = 'uuid slug name description logoUrl schema secretFields isBuiltIn updatedAt updatedBy'

/** A page of blocks. */
export const LIST = document<{ blocks: Page<BlockRow> }, { after: string | null; filter: unknown }>(
  `query Blocks($after: String, $filter: BlockFilter) { blocks(first: 200, after: $after, filter: $filter) { pageInfo { hasNextPage endCursor } nodes { ${ROW} } } }`,
)

/** One by its full name. */
export const FIND = document<{ block: BlockRow | null }, { name: string }>(`query Block($name: String!) { block(name: $name) { ${ROW} } }`)

/** All types. */
export const TYPES = document<{ blockTypes: BlockTypeRow[] }>(`query BlockTypes { blockTypes { ${TYPE} } }`)

/** Makes a block. */
export const CREATE = document<
  { createBlock: { __typename: 'CreateBlockSuccess'; block: BlockRow } | UnionError },
  { input: { type: string; name: string; data: Record<string, unknown> } }
>(
  `mutation CreateBlock($input: CreateBlockInput!) { createBlock(input: $input) { __typename ... on CreateBlockSuccess { block { ${ROW} } } ${ERROR_FIELDS} } }`,
)

/** Changes a block. */
export const UPDATE = document<
  { updateBlock: { __typename: 'UpdateBlockSuccess'; block: BlockRow } | UnionError },
  { input: { id: string; name?: string; data?: Record<string, unknown> } }
>(
  `mutation UpdateBlock($input: UpdateBlockInput!) { updateBlock(input: $input) { __typename ... on UpdateBlockSuccess { block { ${ROW} } } ${ERROR_FIELDS} } }`,
)

/** Makes a type, or changes it. */
export const REGISTER = document<
  { registerBlockType: { __typename: 'RegisterBlockTypeSuccess'; created: boolean; blockType: BlockTypeRow } | UnionError },
  { input: { slug: string; name: string; description: string | null; logoUrl: string | null; schema: unknown } }
>(
  `mutation RegisterBlockType($input: RegisterBlockTypeInput!) { registerBlockType(input: $input) { __typename ... on RegisterBlockTypeSuccess { created blockType { ${TYPE} } } ${ERROR_FIELDS} } }`,
)

/** Takes a block away. */
export const DELETE = deleteDocument('DeleteBlock')
/** Takes a type away. */
export const DELETE_TYPE = deleteDocument('DeleteBlockType')
