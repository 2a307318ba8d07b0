/** What completion asks the API: names, as many as a screen holds. Checked against api/schema.graphql by test/sdk/cli/documents.test.ts. */
import { document } from '../../graphql.ts'
import type { ParameterSchema } from '../../read-parameters.ts'

interface Names {
  nodes: { name: string }[]
}

/** Deployments, newest first. */
export const DEPLOYMENTS = document<{ deployments: { nodes: { fullName: string; description: string | null }[] } }>(
  'query CompleteDeployments { deployments(first: 200) { nodes { fullName description } } }',
)
/** Flow runs, newest first. */
export const FLOW_RUNS = document<{ flowRuns: { nodes: { uuid: string; name: string; state: { name: string } }[] } }>(
  'query CompleteFlowRuns { flowRuns(first: 50) { nodes { uuid name state { name } } } }',
)
/** Operations, newest first. */
export const OPERATIONS = document<{ operations: { nodes: { uuid: string; kind: string; state: string; totalCount: number }[] } }>(
  'query CompleteOperations { operations(first: 50) { nodes { uuid kind state totalCount } } }',
)
/** Flows. */
export const FLOWS = document<{ flows: Names }>('query CompleteFlows { flows(first: 200) { nodes { name } } }')
/** Work pools. */
export const WORK_POOLS = document<{ workPools: Names }>('query CompleteWorkPools { workPools(first: 200) { nodes { name } } }')
/** Work pools with their queues. */
export const WORK_QUEUES = document<{ workPools: { nodes: { name: string; queues: { name: string }[] }[] } }>(
  'query CompleteWorkQueues { workPools(first: 20) { nodes { name queues { name } } } }',
)
/** Task runs of a flow run. */
export const TASK_RUNS = document<{ flowRun: { taskRuns: { nodes: { name: string; state: { name: string } }[] } } | null }, { id: string }>(
  'query CompleteTaskRuns($id: ID!) { flowRun(id: $id) { taskRuns(first: 200) { nodes { name state { name } } } } }',
)
/** Artifacts of a flow run. */
export const ARTIFACTS = document<{ flowRun: { artifacts: { key: string | null; type: string }[] } | null }, { id: string }>(
  'query CompleteArtifacts($id: ID!) { flowRun(id: $id) { artifacts { key type } } }',
)
/** Concurrency limits. */
export const CONCURRENCY_LIMITS = document<{ concurrencyLimits: Names }>(
  'query CompleteConcurrencyLimits { concurrencyLimits(first: 200) { nodes { name } } }',
)
/** Variables. */
export const VARIABLES = document<{ variables: Names }>('query CompleteVariables { variables(first: 200) { nodes { name } } }')
/** Blocks. */
export const BLOCKS = document<{ blocks: { nodes: { name: string; fullName: string; typeSlug: string }[] } }>(
  'query CompleteBlocks { blocks(first: 200) { nodes { name fullName typeSlug } } }',
)
/** Types of blocks. */
export const BLOCK_TYPES = document<{ blockTypes: { slug: string }[] }>('query CompleteBlockTypes { blockTypes { slug } }')
/** API keys. */
export const API_KEYS = document<{ apiKeys: { name: string; role: string; revokedAt: string | null }[] }>(
  'query CompleteApiKeys { apiKeys { name role revokedAt } }',
)

/** Schedules of a deployment. */
export const SCHEDULES = document<{ deployment: { schedules: { slug: string; words: string }[] } | null }, { name: string }>(
  'query DeploymentSchedules($name: String!) { deployment(name: $name) { schedules { slug words } } }',
)
/** Service accounts. */
export const SERVICE_ACCOUNTS = document<{ serviceAccounts: Names }>(
  'query CompleteServiceAccounts { serviceAccounts(first: 200) { nodes { name } } }',
)
/** What a deployment takes. */
export const PARAMETERS = document<{ deployment: { parameterSchema: ParameterSchema | null } | null }, { name: string }>(
  'query CompleteParameters($name: String!) { deployment(name: $name) { parameterSchema } }',
)
