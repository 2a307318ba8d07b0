/* eslint-disable */
import * as types from './graphql.ts';



/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "\n  fragment Problem on Error { code message path hint }\n": typeof types.ProblemFragmentDoc,
    "query WhoAmI { viewer { actor permissions workspace { name handle } } }": typeof types.WhoAmIDocument,
    "\n          query Deployments($after: String) {\n            deployments(first: 100, after: $after) { nodes { id fullName isPaused parameterSchema } pageInfo { hasNextPage endCursor } }\n          }\n        ": typeof types.DeploymentsDocument,
    "\n      mutation RunOnce($input: CreateFlowRunInput!) {\n        createFlowRun(input: $input) {\n          __typename\n          ... on CreateFlowRunSuccess { existed flowRun { id name url } }\n          ...Problem\n        }\n      }\n    ": typeof types.RunOnceDocument,
    "\n    subscription WaitForEnd($id: ID!, $since: String) {\n      flowRunChanged(id: $id, since: $since) { cursor flowRun { state { type name message } endTime } }\n    }\n  ": typeof types.WaitForEndDocument,
    "\n    subscription LogLines($id: ID!, $after: String) {\n      logs(flowRunId: $id, after: $after) { cursor complete logs { time level message } }\n    }\n  ": typeof types.LogLinesDocument,
    "\n        query Failed($filter: FlowRunFilter) {\n          flowRuns(first: 50, filter: $filter) { totalCount nodes { id name flow { name } state { name message } endTime } }\n        }\n      ": typeof types.FailedDocument,
    "query WhyWaiting($id: ID!) { flowRun(id: $id) { state { name } why { waitingFor { kind message hint } } } }": typeof types.WhyWaitingDocument,
    "\n          mutation Cancel($id: ID!, $reason: String) {\n            cancelFlowRun(input: { id: $id, reason: $reason }) { __typename ... on CancelFlowRunSuccess { flowRun { state { type } } } ...Problem }\n          }\n        ": typeof types.CancelDocument,
    "\n          mutation Retry($id: ID!) {\n            retryFlowRun(input: { id: $id }) { __typename ... on RetryFlowRunSuccess { flowRun { state { type } } } ...Problem }\n          }\n        ": typeof types.RetryDocument,
    "\n    mutation CancelAll($input: CancelFlowRunsInput!) {\n      cancelFlowRuns(input: $input) { __typename ... on CancelFlowRunsSuccess { matchedCount operation { id } } ...Problem }\n    }\n  ": typeof types.CancelAllDocument,
    "\n    query Progress($id: ID!) { operation(id: $id) { state totalCount processedCount changedCount refusedCount refusals { flowRunId message } } }\n  ": typeof types.ProgressDocument,
    "\n          mutation SetVariable($name: String!, $value: JSON) {\n            setVariable(input: { name: $name, value: $value }) { __typename ... on SetVariableSuccess { created variable { id value } } ...Problem }\n          }\n        ": typeof types.SetVariableDocument,
    "\n          mutation StatusPageKey($input: CreateApiKeyInput!) {\n            createApiKey(input: $input) { __typename ... on CreateApiKeySuccess { key } ...Problem }\n          }\n        ": typeof types.StatusPageKeyDocument,
};
const documents: Documents = {
    "\n  fragment Problem on Error { code message path hint }\n": types.ProblemFragmentDoc,
    "query WhoAmI { viewer { actor permissions workspace { name handle } } }": types.WhoAmIDocument,
    "\n          query Deployments($after: String) {\n            deployments(first: 100, after: $after) { nodes { id fullName isPaused parameterSchema } pageInfo { hasNextPage endCursor } }\n          }\n        ": types.DeploymentsDocument,
    "\n      mutation RunOnce($input: CreateFlowRunInput!) {\n        createFlowRun(input: $input) {\n          __typename\n          ... on CreateFlowRunSuccess { existed flowRun { id name url } }\n          ...Problem\n        }\n      }\n    ": types.RunOnceDocument,
    "\n    subscription WaitForEnd($id: ID!, $since: String) {\n      flowRunChanged(id: $id, since: $since) { cursor flowRun { state { type name message } endTime } }\n    }\n  ": types.WaitForEndDocument,
    "\n    subscription LogLines($id: ID!, $after: String) {\n      logs(flowRunId: $id, after: $after) { cursor complete logs { time level message } }\n    }\n  ": types.LogLinesDocument,
    "\n        query Failed($filter: FlowRunFilter) {\n          flowRuns(first: 50, filter: $filter) { totalCount nodes { id name flow { name } state { name message } endTime } }\n        }\n      ": types.FailedDocument,
    "query WhyWaiting($id: ID!) { flowRun(id: $id) { state { name } why { waitingFor { kind message hint } } } }": types.WhyWaitingDocument,
    "\n          mutation Cancel($id: ID!, $reason: String) {\n            cancelFlowRun(input: { id: $id, reason: $reason }) { __typename ... on CancelFlowRunSuccess { flowRun { state { type } } } ...Problem }\n          }\n        ": types.CancelDocument,
    "\n          mutation Retry($id: ID!) {\n            retryFlowRun(input: { id: $id }) { __typename ... on RetryFlowRunSuccess { flowRun { state { type } } } ...Problem }\n          }\n        ": types.RetryDocument,
    "\n    mutation CancelAll($input: CancelFlowRunsInput!) {\n      cancelFlowRuns(input: $input) { __typename ... on CancelFlowRunsSuccess { matchedCount operation { id } } ...Problem }\n    }\n  ": types.CancelAllDocument,
    "\n    query Progress($id: ID!) { operation(id: $id) { state totalCount processedCount changedCount refusedCount refusals { flowRunId message } } }\n  ": types.ProgressDocument,
    "\n          mutation SetVariable($name: String!, $value: JSON) {\n            setVariable(input: { name: $name, value: $value }) { __typename ... on SetVariableSuccess { created variable { id value } } ...Problem }\n          }\n        ": types.SetVariableDocument,
    "\n          mutation StatusPageKey($input: CreateApiKeyInput!) {\n            createApiKey(input: $input) { __typename ... on CreateApiKeySuccess { key } ...Problem }\n          }\n        ": types.StatusPageKeyDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment Problem on Error { code message path hint }\n"): typeof import('./graphql.ts').ProblemFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query WhoAmI { viewer { actor permissions workspace { name handle } } }"): typeof import('./graphql.ts').WhoAmIDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n          query Deployments($after: String) {\n            deployments(first: 100, after: $after) { nodes { id fullName isPaused parameterSchema } pageInfo { hasNextPage endCursor } }\n          }\n        "): typeof import('./graphql.ts').DeploymentsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n      mutation RunOnce($input: CreateFlowRunInput!) {\n        createFlowRun(input: $input) {\n          __typename\n          ... on CreateFlowRunSuccess { existed flowRun { id name url } }\n          ...Problem\n        }\n      }\n    "): typeof import('./graphql.ts').RunOnceDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n    subscription WaitForEnd($id: ID!, $since: String) {\n      flowRunChanged(id: $id, since: $since) { cursor flowRun { state { type name message } endTime } }\n    }\n  "): typeof import('./graphql.ts').WaitForEndDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n    subscription LogLines($id: ID!, $after: String) {\n      logs(flowRunId: $id, after: $after) { cursor complete logs { time level message } }\n    }\n  "): typeof import('./graphql.ts').LogLinesDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n        query Failed($filter: FlowRunFilter) {\n          flowRuns(first: 50, filter: $filter) { totalCount nodes { id name flow { name } state { name message } endTime } }\n        }\n      "): typeof import('./graphql.ts').FailedDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query WhyWaiting($id: ID!) { flowRun(id: $id) { state { name } why { waitingFor { kind message hint } } } }"): typeof import('./graphql.ts').WhyWaitingDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n          mutation Cancel($id: ID!, $reason: String) {\n            cancelFlowRun(input: { id: $id, reason: $reason }) { __typename ... on CancelFlowRunSuccess { flowRun { state { type } } } ...Problem }\n          }\n        "): typeof import('./graphql.ts').CancelDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n          mutation Retry($id: ID!) {\n            retryFlowRun(input: { id: $id }) { __typename ... on RetryFlowRunSuccess { flowRun { state { type } } } ...Problem }\n          }\n        "): typeof import('./graphql.ts').RetryDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n    mutation CancelAll($input: CancelFlowRunsInput!) {\n      cancelFlowRuns(input: $input) { __typename ... on CancelFlowRunsSuccess { matchedCount operation { id } } ...Problem }\n    }\n  "): typeof import('./graphql.ts').CancelAllDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n    query Progress($id: ID!) { operation(id: $id) { state totalCount processedCount changedCount refusedCount refusals { flowRunId message } } }\n  "): typeof import('./graphql.ts').ProgressDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n          mutation SetVariable($name: String!, $value: JSON) {\n            setVariable(input: { name: $name, value: $value }) { __typename ... on SetVariableSuccess { created variable { id value } } ...Problem }\n          }\n        "): typeof import('./graphql.ts').SetVariableDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n          mutation StatusPageKey($input: CreateApiKeyInput!) {\n            createApiKey(input: $input) { __typename ... on CreateApiKeySuccess { key } ...Problem }\n          }\n        "): typeof import('./graphql.ts').StatusPageKeyDocument;


export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}
