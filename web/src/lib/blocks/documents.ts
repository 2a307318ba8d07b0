/** What the page of blocks asks. */
import { graphql } from '#lib/graphql/generated/index.ts'

/** A block as the list shows it: `********` for what is secret. */
export const blockFragment = graphql(`
  fragment BlockRow on Block { id uuid name fullName typeSlug data updatedAt updatedBy }
`)

/** A page of the list. */
export const blocksDocument = graphql(`
  query Blocks($first: Int!, $after: String, $filter: BlockFilter) {
    blocks(first: $first, after: $after, filter: $filter) {
      nodes { ...BlockRow }
      totalCount totalCountIsExact
      pageInfo { hasNextPage endCursor }
    }
  }
`)

/** What blocks there can be. */
export const blockTypesDocument = graphql(`
  query BlockTypes { blockTypes { id slug name description schema secretFields isBuiltIn } }
`)

/** Makes one. */
export const createBlockDocument = graphql(`
  mutation CreateBlock($input: CreateBlockInput!) {
    createBlock(input: $input) { __typename ... on Error { message code hint } ... on ValidationError { issues { path message } } }
  }
`)

/** Changes its name and data. */
export const updateBlockDocument = graphql(`
  mutation UpdateBlock($input: UpdateBlockInput!) {
    updateBlock(input: $input) { __typename ... on Error { message code hint } ... on ValidationError { issues { path message } } }
  }
`)

/** Takes one away. */
export const deleteBlockDocument = graphql(`
  mutation DeleteBlock($input: DeleteBlockInput!) {
    deleteBlock(input: $input) { __typename ... on Error { message code hint } }
  }
`)
