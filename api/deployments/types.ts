/** Types of deployments. */
import { mergeJobVariables } from '../../core/job-variables.ts'
import type { DeploymentRow, DeploymentVersionRow } from '../../db/queries/deployments/deployment-row.ts'
import { findDeployments, findDeploymentVersions, listDeploymentVersions } from '../../db/queries/deployments/find-deployments.ts'
import { builder, MAX_PAGE } from '../builder.ts'
import { connectionOf, pageArgs, pageCost, pageOf, selects } from '../connection.ts'
import type { Context } from '../context.ts'
import { FlowRunConnection } from '../flow-runs/types.ts'
import { ValidationIssue } from '../graphql-errors.ts'
import { LastRun, lastRunsOf } from '../flow-runs/last-runs.ts'
import { listFlowRuns } from '../flow-runs/list-flow-runs.ts'
import { Flow } from '../flows/types.ts'
import { encodeId, findNodesOf, NodeInterface } from '../node.ts'
import { permit } from '../permissions.ts'
import { loader } from '../reader.ts'
import { fitJobVariables } from '../work-pools/fit-job-variables.ts'
import { WorkPool, WorkQueue } from '../work-pools/types.ts'

/** What other nouns' rows know of a deployment; the rest is loaded when it is asked for. */
export type DeploymentValue = Pick<DeploymentRow, 'id' | 'name' | 'flow'> & Partial<DeploymentRow>

/** Deployments by id. */
export const deploymentLoader = loader(findDeployments, (deployment: DeploymentRow) => deployment.id)

/** Versions by `<deployment>/<version>`. */
export const deploymentVersionLoader = loader(
  (keys) =>
    findDeploymentVersions(
      keys.map((key) => {
        const [deploymentId = '', id = ''] = key.split('/')
        return { deploymentId, id }
      }),
    ),
  (version: DeploymentVersionRow) => `${version.deploymentId}/${version.id}`,
)

const full = async (value: DeploymentValue, { reader }: Context): Promise<DeploymentRow> =>
  value.version ? (value as DeploymentRow) : ((await reader.load(deploymentLoader, value.id)) as DeploymentRow)

export const DeploymentVersion = builder.objectRef<DeploymentVersionRow>('DeploymentVersion').implement({
  description: 'Where the code of a deployment lay at one time. Runs are pinned to the version they were made with. Never changed.',
  fields: (t) => ({
    uuid: t.exposeString('id', { description: 'Raw id.' }),
    number: t.exposeInt('number', { description: '1, 2, 3 … within the deployment.' }),
    entrypoint: t.exposeString('entrypoint', {
      description: '`FILE:EXPORT`, the file relative to `path`; `FILE:task(NAME)` runs a task of the file (its name percent-encoded).',
    }),
    path: t.exposeString('path', { description: "Absolute folder on the worker's machine." }),
    contentHash: t.exposeString('contentHash', { nullable: true, description: 'SHA-256 of the entry file at deploy. Null when it was not read.' }),
    createdAt: t.field({ type: 'DateTime', description: 'When it was deployed.', resolve: (version) => version.createdAt }),
  }),
})

/** The record's words for the API's. */
const CONTACT_LOST = { CONTINUE: 'continue', STOP: 'stop' } as const

export const ContactLost = builder.enumType('ContactLost', {
  description: 'What a run does when its worker and the control plane have not answered for a while.',
  values: {
    CONTINUE: { value: CONTACT_LOST.CONTINUE, description: 'It goes on and reports when it can.' },
    STOP: { value: CONTACT_LOST.STOP, description: 'It stops, so that another may take its place.' },
  },
})

export const CollisionStrategy = builder.enumType('CollisionStrategy', {
  description: 'What becomes of a run that is due while the limit of its deployment is full.',
  values: {
    ENQUEUE: { value: 'ENQUEUE', description: 'It waits for a place.' },
    CANCEL_NEW: { value: 'CANCEL_NEW', description: 'It is cancelled.' },
  } as const,
})

export const Deployment = builder.objectRef<DeploymentValue>('Deployment')
Deployment.implement({
  description: 'A flow with parameters, a work pool and a version: what is run by name.',
  interfaces: [NodeInterface],
  fields: (t) => ({
    id: t.id({ description: 'Opaque id.', resolve: (deployment) => encodeId('Deployment', deployment.id) }),
    uuid: t.exposeString('id', { description: 'Raw id.' }),
    name: t.exposeString('name', { description: 'Unique within its flow.' }),
    fullName: t.string({ description: '`flow/deployment`: unique in the workspace.', resolve: ({ flow, name }) => `${flow.name}/${name}` }),
    description: t.string({
      nullable: true,
      description: 'For people. Null when nobody wrote one.',
      resolve: async (value, _, context) => (await full(value, context)).description,
    }),
    flow: t.field({ type: Flow, description: 'What it runs.', resolve: (deployment) => deployment.flow }),
    isPaused: t.boolean({ description: 'Whether its runs wait.', resolve: async (value, _, context) => (await full(value, context)).isPaused }),
    tags: t.stringList({ description: 'Given to each of its runs.', resolve: async (value, _, context) => (await full(value, context)).tags }),
    version: t.field({
      type: DeploymentVersion,
      description: 'The newest one; new runs are pinned to it.',
      resolve: async (value, _, context) => (await full(value, context)).version,
    }),
    versions: t.field({
      type: [DeploymentVersion],
      description: 'Newest first.',
      args: { first: t.arg.int({ description: `How many: 1 to ${MAX_PAGE}, 50 when left out.` }) },
      complexity: pageCost,
      resolve: (value, { first }, { reader }) => reader.run(listDeploymentVersions({ deploymentId: value.id, limit: pageOf({ first }).limit })),
    }),
    parameters: t.field({
      type: 'JSON',
      description: "Defaults; a run's own go over them.",
      resolve: async (value, _, context) => (await full(value, context)).parameters,
    }),
    parameterSchema: t.field({
      type: 'JSONSchema',
      nullable: true,
      description: 'What parameters must look like. Null when the flow does not say.',
      resolve: async (value, _, context) => (await full(value, context)).parameterSchema,
    }),
    jobVariables: t.field({
      type: 'JSON',
      description: "For the worker: over the pool's, below a run's.",
      resolve: async (value, _, context) => (await full(value, context)).jobVariables,
    }),
    jobVariableIssues: t.field({
      type: [ValidationIssue],
      description:
        'What of its job variables does not fit the base job template of its work pool, with places below `jobVariables`: a run is refused unless it brings something else. Empty when all fits.',
      resolve: async (value, _, context) => {
        const { workPool, jobVariables } = await full(value, context)
        return fitJobVariables({ workPool, jobVariables: mergeJobVariables(workPool.jobVariables, jobVariables) }).issues
      },
    }),
    workPool: t.field({
      type: WorkPool,
      nullable: true,
      description: 'Where its runs wait for workers.',
      resolve: async (value, _, context) => (await full(value, context)).workPool,
    }),
    workQueue: t.field({
      type: WorkQueue,
      nullable: true,
      description: 'Its lane in the pool.',
      resolve: async (value, _, context) => (await full(value, context)).workQueue,
    }),
    concurrencyLimit: t.int({
      nullable: true,
      description: 'How many of its runs may hold a slot at a time. Null = no limit.',
      resolve: async (value, _, context) => (await full(value, context)).concurrencyLimit,
    }),
    collisionStrategy: t.field({
      type: CollisionStrategy,
      description: 'What becomes of a run that is due while that limit is full.',
      resolve: async (value, _, context) => (await full(value, context)).collisionStrategy,
    }),
    retryOnCrash: t.int({
      description: 'How often a run is tried again after a crash.',
      resolve: async (value, _, context) => (await full(value, context)).retryOnCrash,
    }),
    onContactLost: t.field({
      type: ContactLost,
      description: 'What a run does when it cannot reach the control plane for a while.',
      resolve: async (value, _, context) => (await full(value, context)).onContactLost,
    }),
    startAgain: t.boolean({
      description: 'Whether a run that was lost while starting may be started again.',
      resolve: async (value, _, context) => (await full(value, context)).startAgain,
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When it was first deployed.',
      resolve: async (value, _, context) => (await full(value, context)).createdAt,
    }),
    updatedAt: t.field({
      type: 'DateTime',
      description: 'When it last changed.',
      resolve: async (value, _, context) => (await full(value, context)).updatedAt,
    }),
    lastRuns: t.field({
      type: [LastRun],
      description: 'Its last ten runs that have ended, the one that ended last first.',
      complexity: { field: 1, multiplier: 10 },
      resolve: ({ id }, _, context) => lastRunsOf(context, 'deployment', id),
    }),
    flowRuns: t.field({
      type: FlowRunConnection,
      description: 'Its runs, newest first.',
      args: {
        ...pageArgs,
      },
      complexity: pageCost,
      resolve: (value, args, context, info) =>
        listFlowRuns(context, {
          filter: { deployment: { id: [value.id] } },
          order: 'CREATED_DESC',
          page: pageOf(args),
          count: selects(info, 'totalCount', 'totalCountIsExact'),
        }),
    }),
  }),
})

export const DeploymentConnection = connectionOf<DeploymentValue>('Deployment', Deployment, 'deployments')

findNodesOf('Deployment', async (context, uuid) => {
  permit(context.actor, 'deployments:read')
  return context.reader.load(deploymentLoader, uuid)
})
