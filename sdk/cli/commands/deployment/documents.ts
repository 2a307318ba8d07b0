/** What the deployment commands ask the API. Checked against api/schema.graphql by test/sdk/cli/documents.test.ts. */
import type { SaveDeploymentInput } from '../../../deployments/deploy-options.ts'
import { deleteDocument } from '../../delete-thing.ts'
import { document } from '../../graphql.ts'
import type { ParameterSchema } from '../../read-parameters.ts'
import { ERROR_FIELDS, type UnionError } from '../../read-result.ts'
import type { FlowRunRow } from '../flow-run/documents.ts'
import type { ScheduleForApi } from './schedule/documents.ts'

/** A deployment as lists and answers show it. */
export interface DeploymentRow {
  uuid: string
  name: string
  fullName: string
  description: string | null
  isPaused: boolean
  tags: string[]
  version: { number: number; entrypoint: string; path: string; createdAt: string }
  workPool: { name: string } | null
  concurrencyLimit: number | null
  updatedAt: string
}

interface DeploymentDetail extends DeploymentRow {
  createdAt: string
  parameters: Record<string, unknown>
  parameterSchema: ParameterSchema | null
  workQueue: { name: string } | null
  version: DeploymentRow['version'] & { contentHash: string | null }
  flowRuns: { nodes: { uuid: string; name: string; state: { type: string; name: string }; createdAt: string }[] }
}

const ROW = 'uuid name fullName description isPaused tags version { number entrypoint path createdAt } workPool { name } concurrencyLimit updatedAt'
const RUN =
  'uuid name flow { name } deployment { fullName } workPool { name } state { type name message timestamp } runCount createdAt startTime endTime url'

/** A page of deployments, newest first. */
export const LIST = document<
  { deployments: { nodes: DeploymentRow[]; totalCount: number; pageInfo: { hasNextPage: boolean; endCursor: string | null } } },
  { first: number; after: string | null; filter: unknown }
>(
  `query Deployments($first: Int!, $after: String, $filter: DeploymentFilter) { deployments(first: $first, after: $after, filter: $filter) { totalCount pageInfo { hasNextPage endCursor } nodes { ${ROW} } } }`,
)

/** One deployment by `flow/deployment`, with its last five runs. */
export const INSPECT = document<{ deployment: DeploymentDetail | null }, { name: string }>(`
  query Deployment($name: String!) { deployment(name: $name) {
    ${ROW} createdAt parameters parameterSchema workQueue { name } version { contentHash }
    flowRuns(first: 5) { nodes { uuid name createdAt state { type name } } }
  } }`)

/** What parameters a deployment takes: how `--param` is read. */
export const SCHEMA = document<{ deployment: { uuid: string; parameterSchema: ParameterSchema | null } | null }, { name: string }>(
  'query DeploymentSchema($name: String!) { deployment(name: $name) { uuid parameterSchema } }',
)

/** Makes a run of a deployment. */
export const RUN_DEPLOYMENT = document<
  { createFlowRun: { __typename: 'CreateFlowRunSuccess'; existed: boolean; warnings: string[]; flowRun: FlowRunRow } | UnionError },
  {
    input: {
      deploymentId: string
      parameters: Record<string, unknown>
      jobVariables?: Record<string, unknown>
      name: string | null
      tags: string[]
      scheduledTime: string | null
      idempotencyKey: string | null
    }
  }
>(
  `mutation RunDeployment($input: CreateFlowRunInput!) { createFlowRun(input: $input) { __typename ... on CreateFlowRunSuccess { existed warnings flowRun { ${RUN} } } ${ERROR_FIELDS} } }`,
)

/** Input of `saveDeployment`, as `weir deploy` fills it. */
export interface SaveDeployment extends Omit<SaveDeploymentInput, 'contentHash' | 'schedules'> {
  contentHash: string | null
  /** All of its schedules; left out = as they are. */
  schedules?: { schedule: ScheduleForApi }[]
}

/** Makes or changes a deployment. */
export const SAVE = document<
  { saveDeployment: { __typename: 'SaveDeploymentSuccess'; created: boolean; changed: boolean; deployment: DeploymentRow } | UnionError },
  { input: SaveDeployment }
>(
  `mutation SaveDeployment($input: SaveDeploymentInput!) { saveDeployment(input: $input) { __typename ... on SaveDeploymentSuccess { created changed deployment { ${ROW} } } ${ERROR_FIELDS} } }`,
)

/** Which deployment a name means. */
export const FIND = document<{ deployment: { uuid: string; fullName: string } | null }, { name: string }>(
  'query DeploymentId($name: String!) { deployment(name: $name) { uuid fullName } }',
)

/** Full names of the deployments that half a name may mean: of this flow, or called so; and of the newest ones, for a suggestion. */
export const NAMES = document<Record<'ofFlow' | 'called' | 'newest', { nodes: { fullName: string }[]; totalCount: number }>, { name: string }>(`
  query DeploymentNames($name: String!) {
    ofFlow: deployments(first: 10, filter: { flow: { name: [$name] } }) { totalCount nodes { fullName } }
    called: deployments(first: 10, filter: { name: { equals: $name } }) { totalCount nodes { fullName } }
    newest: deployments(first: 200) { totalCount nodes { fullName } }
  }`)

/** Lets its runs wait. */
export const PAUSE = document<{ result: { __typename: 'PauseDeploymentSuccess'; deployment: DeploymentRow } | UnionError }, { id: string }>(
  `mutation PauseDeployment($id: ID!) { result: pauseDeployment(input: { id: $id }) { __typename ... on PauseDeploymentSuccess { deployment { ${ROW} } } ${ERROR_FIELDS} } }`,
)

/** Lets them go again. */
export const RESUME = document<{ result: { __typename: 'ResumeDeploymentSuccess'; deployment: DeploymentRow } | UnionError }, { id: string }>(
  `mutation ResumeDeployment($id: ID!) { result: resumeDeployment(input: { id: $id }) { __typename ... on ResumeDeploymentSuccess { deployment { ${ROW} } } ${ERROR_FIELDS} } }`,
)

/** Takes a deployment away. */
export const DELETE = deleteDocument('DeleteDeployment')
