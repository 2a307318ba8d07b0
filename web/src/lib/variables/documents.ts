/** What the page of variables asks. */
import { graphql } from '#lib/graphql/generated/index.ts'

/** A variable as the list shows it. */
export const variableFragment = graphql(`
  fragment VariableRow on Variable { id uuid name value tags updatedAt updatedBy }
`)

/** A page of the list. */
export const variablesDocument = graphql(`
  query Variables($first: Int!, $after: String, $filter: VariableFilter) {
    variables(first: $first, after: $after, filter: $filter) {
      nodes { ...VariableRow }
      totalCount totalCountIsExact
      pageInfo { hasNextPage endCursor }
    }
  }
`)

/** Makes one. */
export const createVariableDocument = graphql(`
  mutation CreateVariable($input: CreateVariableInput!) {
    createVariable(input: $input) { __typename ... on Error { message code hint } ... on ValidationError { issues { message } } }
  }
`)

/** Changes its name, value and tags. */
export const updateVariableDocument = graphql(`
  mutation UpdateVariable($input: UpdateVariableInput!) {
    updateVariable(input: $input) { __typename ... on Error { message code hint } ... on ValidationError { issues { message } } }
  }
`)

/** Takes one away. */
export const deleteVariableDocument = graphql(`
  mutation DeleteVariable($input: DeleteVariableInput!) {
    deleteVariable(input: $input) { __typename ... on Error { message code hint } }
  }
`)
