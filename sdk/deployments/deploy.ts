/** `deploy` in code: saves deployments at the control plane that is configured, as `weir deploy` does. */
import { askControlPlane, type ControlPlane } from '../client/control-plane.ts'
import { readSettings } from '../client/settings.ts'
import { DeploymentRefused, UsageError } from '../errors.ts'
import { flowHandle, type FlowHandle } from '../engine/flow-handle.ts'
import { type DeploymentOptions, type SaveDeploymentInput, toSaveInput } from './deploy-options.ts'
import { findUnreachableResults } from '../durable/reachable-results.ts'
import { findFlowPlace } from './find-flow-place.ts'

/** A flow and what its deployment is to be; made by `etl.toDeployment({ … })`. */
export interface Deployment {
  /** What `flow` has made. */
  readonly flow: unknown
  /** As `toDeployment` was given them. */
  readonly options: DeploymentOptions
}

/** A deployment as it stands at the control plane. */
export interface SavedDeployment {
  /** UUID of the deployment. */
  id: string
  /** `flow/name`. */
  fullName: string
  /** Number of the version that its next runs get. */
  version: number
  /** Made just now. */
  created: boolean
  /** False when it was there, just so. */
  changed: boolean
}

const ERROR = '... on Error { message code hint } ... on ValidationError { issues { path message } }'
const SAVE = `mutation SaveDeployment($input: SaveDeploymentInput!) { result: saveDeployment(input: $input) {
  __typename ... on SaveDeploymentSuccess { created changed deployment { uuid fullName version { number } } } ${ERROR}
} }`
const CREATE_POOL = `mutation CreateWorkPool($input: CreateWorkPoolInput!) { result: createWorkPool(input: $input) {
  __typename ... on CreateWorkPoolSuccess { workPool { name } } ${ERROR}
} }`

type Refused = { message: string; code: string; hint?: string | null; issues?: { path: string[]; message: string }[] }
type Result<Success> = { result: Success | (Refused & { __typename: string }) }

/** A deployment that can be asked for: its options are right as far as this side knows. */
interface PreparedDeployment {
  handle: FlowHandle
  workPool: string
  input: SaveDeploymentInput
}

/** See `deploy` of the package. All of them are checked before the first one is saved. */
export async function saveDeployments(deployments: Deployment | readonly Deployment[], { pool }: { pool?: string } = {}): Promise<SavedDeployment[]> {
  const prepared = prepareDeployments(listOf(deployments), pool)
  const controlPlane = openControlPlane('deploy')
  for (const { handle, workPool } of prepared) {
    const problem = await findUnreachableResults(handle.definition, workPool, (name) => typeOfPool(controlPlane, name))
    if (problem) throw new UsageError(problem.message, problem.hint)
  }
  const saved: SavedDeployment[] = []
  for (const one of prepared) saved.push(await save(controlPlane, one))
  return saved
}

/** Checks what this side can check, and nothing is made yet. `pool` is for those that name none. Throws UsageError. */
export function prepareDeployments(deployments: readonly Deployment[], pool?: string): PreparedDeployment[] {
  return deployments.map(({ flow, options }) => {
    const handle = flowHandle(flow) as FlowHandle
    const workPool = options.pool ?? pool
    if (workPool === undefined)
      throw new UsageError(`deployment "${handle.name}/${options.name}" names no work pool`, 'Say pool: "local", or use serve, which needs none.')
    return { handle, workPool, input: toSaveInput(handle, findFlowPlace(handle, options.entrypoint), options, workPool) }
  })
}

/** As a list, each checked to be one. */
export function listOf(deployments: Deployment | readonly Deployment[]): readonly Deployment[] {
  const list = Array.isArray(deployments) ? (deployments as readonly Deployment[]) : [deployments as Deployment]
  for (const one of list)
    if (!flowHandle(one?.flow)) throw new UsageError('deploy and serve take what flow.toDeployment({ name }) gives, or a list of those')
  return list
}

async function save(controlPlane: ControlPlane, { handle, input }: PreparedDeployment): Promise<SavedDeployment> {
  type Success = {
    __typename: string
    created: boolean
    changed: boolean
    deployment: { uuid: string; fullName: string; version: { number: number } }
  }
  const { deployment, created, changed } = await askFor<Success>(controlPlane, SAVE, { input })
  await handle.definition.runner.afterDeploy?.()
  return { id: deployment.uuid, fullName: deployment.fullName, version: deployment.version.number, created, changed }
}

/** Null when there is none of this name. */
async function typeOfPool(controlPlane: ControlPlane, name: string): Promise<string | null> {
  const query = 'query WorkPoolType($name: String!) { workPool(name: $name) { type } }'
  const { workPool } = await askControlPlane<{ workPool: { type: string } | null }>(controlPlane, query, { name }, new AbortController().signal)
  return workPool?.type ?? null
}

/** Makes a pool for processes, unless it is there. */
export async function makePool(controlPlane: ControlPlane, name: string): Promise<void> {
  await askFor(controlPlane, CREATE_POOL, { input: { name, type: 'process', ifMissing: true } })
}

/** The success of a mutation; its error as DeploymentRefused. */
export async function askFor<Success extends { __typename: string }>(
  controlPlane: ControlPlane,
  text: string,
  variables: Record<string, unknown>,
): Promise<Success> {
  const { result } = await askControlPlane<Result<Success>>(controlPlane, text, variables, new AbortController().signal)
  if (result.__typename.endsWith('Success')) return result as Success
  const { code, message, hint, issues = [] } = result as Refused
  const told = issues.map((issue) => `${issue.path.join('.') || '(whole)'}: ${issue.message}`)
  // The message tells the first of them, and how many more there are.
  const said = told.length > 0 ? told.join('; ') : message
  const { flowName, name } = Object(variables['input']) as { flowName?: unknown; name?: unknown }
  throw new DeploymentRefused(code, typeof flowName === 'string' ? `deployment ${flowName}/${name}: ${said}` : said, hint ? { hint } : {})
}

/** `who` asks for it. Throws UsageError when no control plane is configured. */
export function openControlPlane(who: string): ControlPlane & { home: string } {
  const { apiUrl, apiKey, home } = readSettings()
  if (apiUrl === null)
    throw new UsageError(
      `${who} needs a control plane, and none is configured`,
      'Start one with "weir server start", name one with "weir login", or set WEIR_API_URL and WEIR_API_KEY.',
    )
  return { apiUrl, credential: () => apiKey, home }
}
