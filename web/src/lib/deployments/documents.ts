/** What the pages ask of deployments. */
import type { DeploymentQuery } from '#lib/graphql/generated/graphql.ts'
import { graphql } from '#lib/graphql/generated/index.ts'

/** A deployment as its page shows it. */
export type DeploymentDetail = NonNullable<DeploymentQuery['deployment']>

/** A page of the list of deployments. */
export const deploymentsDocument = graphql(`
  query Deployments($first: Int!, $after: String, $filter: DeploymentFilter) {
    deployments(first: $first, after: $after, filter: $filter) {
      nodes {
        id uuid name fullName description isPaused tags updatedAt
        flow { id name } workPool { id uuid name } version { number entrypoint createdAt }
        lastRuns { ...LastRunRow }
      }
      totalCount totalCountIsExact
      pageInfo { hasNextPage endCursor }
    }
  }
`)

/** What the form that runs a deployment needs to know of it. */
export const deploymentFormDocument = graphql(`
  query DeploymentForm($id: ID!) {
    deployment(id: $id) { id name fullName parameters parameterSchema tags isPaused jobVariables workPool { name baseJobTemplate hasOwnJobTemplate } }
  }
`)

/** One deployment, as its page shows it. */
export const deploymentDocument = graphql(`
  query Deployment($id: ID!) {
    deployment(id: $id) {
      id uuid name fullName description isPaused tags createdAt updatedAt
      parameters parameterSchema jobVariables jobVariableIssues { path message } concurrencyLimit onContactLost retryOnCrash startAgain
      flow { id name } workPool { id uuid name type status } workQueue { id name }
      version { uuid number entrypoint path contentHash createdAt }
      schedules { id words isPaused }
      versions(first: 50) { uuid number entrypoint path contentHash createdAt }
    }
  }
`)

/** Lets its runs wait. */
export const pauseDeploymentDocument = graphql(`
  mutation PauseDeployment($input: PauseDeploymentInput!) {
    pauseDeployment(input: $input) { __typename ... on PauseDeploymentSuccess { deployment { id isPaused } } ... on Error { message code hint } }
  }
`)

/** Lets them go again. */
export const resumeDeploymentDocument = graphql(`
  mutation ResumeDeployment($input: ResumeDeploymentInput!) {
    resumeDeployment(input: $input) { __typename ... on ResumeDeploymentSuccess { deployment { id isPaused } } ... on Error { message code hint } }
  }
`)

/** Takes a deployment away; what is over stays in history. */
export const deleteDeploymentDocument = graphql(`
  mutation DeleteDeployment($input: DeleteDeploymentInput!) {
    deleteDeployment(input: $input) { __typename ... on Error { message code hint } }
  }
`)
