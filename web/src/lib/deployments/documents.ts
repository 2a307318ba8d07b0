/** What the pages ask of deployments. */
import { graphql } from '#lib/graphql/generated/index.ts'

/** A page of the list of deployments. */
export const deploymentsDocument = graphql(`
  query Deployments($first: Int!, $after: String) {
    deployments(first: $first, after: $after) {
      nodes {
        id uuid name fullName description isPaused tags updatedAt
        flow { id name } workPool { id name } version { number entrypoint createdAt }
      }
      totalCount totalCountIsExact
      pageInfo { hasNextPage endCursor }
    }
  }
`)

/** What the form that runs a deployment needs to know of it. */
export const deploymentFormDocument = graphql(`
  query DeploymentForm($id: ID!) {
    deployment(id: $id) { id name fullName parameters parameterSchema tags isPaused version { number } workPool { name } }
  }
`)
