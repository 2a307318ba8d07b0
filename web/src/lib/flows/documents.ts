/** What the pages ask of flows. */
import { graphql } from '#lib/graphql/generated/index.ts'

/** A page of the list. */
export const flowsDocument = graphql(`
  query Flows($first: Int!, $after: String, $filter: FlowFilter) {
    flows(first: $first, after: $after, filter: $filter) {
      nodes { id uuid name createdAt deployments { id uuid name fullName isPaused } lastRuns { ...LastRunRow } }
      totalCount totalCountIsExact
      pageInfo { hasNextPage endCursor }
    }
  }
`)

/** One flow with its deployments, as its page shows it. */
export const flowDocument = graphql(`
  query Flow($id: ID!) {
    flow(id: $id) {
      id uuid name createdAt
      deployments {
        id uuid name fullName description isPaused tags updatedAt
        flow { id name } workPool { id uuid name } version { number entrypoint createdAt } lastRuns { ...LastRunRow }
      }
    }
  }
`)

/** Takes a flow away that nothing names any more. */
export const deleteFlowDocument = graphql(`
  mutation DeleteFlow($input: DeleteFlowInput!) {
    deleteFlow(input: $input) { __typename ... on Error { message code hint } }
  }
`)
