/** Operations: what goes on for many runs at once, in the control plane, whoever looks. */
import { graphql } from '#lib/graphql/generated/index.ts'

/** How far one is. */
export const operationFragment = graphql(`
  fragment OperationRow on Operation {
    id kind state isStopping createdBy totalCount processedCount changedCount refusedCount refusals { flowRunId message }
  }
`)

/** The newest ones. */
export const operationsDocument = graphql(`
  query Operations { operations(first: 20) { nodes { ...OperationRow } } }
`)

/** Leaves alone what is not done yet. */
export const stopOperationDocument = graphql(`
  mutation StopOperation($input: StopOperationInput!) {
    stopOperation(input: $input) { __typename ... on StopOperationSuccess { operation { ...OperationRow } } ... on Error { message code hint } }
  }
`)

/** Asks all runs of a filter to stop. */
export const cancelFlowRunsDocument = graphql(`
  mutation CancelFlowRuns($input: CancelFlowRunsInput!) {
    cancelFlowRuns(input: $input) { __typename ... on CancelFlowRunsSuccess { operation { ...OperationRow } } ... on Error { message code hint } }
  }
`)

/** Queues all runs of a filter again. */
export const retryFlowRunsDocument = graphql(`
  mutation RetryFlowRuns($input: RetryFlowRunsInput!) {
    retryFlowRuns(input: $input) { __typename ... on RetryFlowRunsSuccess { operation { ...OperationRow } } ... on Error { message code hint } }
  }
`)

/** Deletes all runs of a filter. */
export const deleteFlowRunsDocument = graphql(`
  mutation DeleteFlowRuns($input: DeleteFlowRunsInput!) {
    deleteFlowRuns(input: $input) { __typename ... on DeleteFlowRunsSuccess { operation { ...OperationRow } } ... on Error { message code hint } }
  }
`)
