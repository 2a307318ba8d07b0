/** Types of flow runs. Fields that lead to other nouns show what the run's row knows and load the rest only when it is asked for. */
import { listChildFlowRuns } from '../../db/queries/flow-runs/find-flow-runs.ts'
import { findFlowVersions } from '../../db/queries/flow-run-states/find-flow-versions.ts'
import { listFlowRunStates } from '../../db/queries/flow-run-states/list-flow-run-states.ts'
import type { FlowRunRow } from '../../db/queries/flow-runs/flow-run-row.ts'
import { builder } from '../builder.ts'
import { connectionOf } from '../connection.ts'
import { Deployment, DeploymentVersion, deploymentVersionLoader } from '../deployments/types.ts'
import { Flow } from '../flows/types.ts'
import { loader } from '../reader.ts'
import { encodeChildId, encodeId, findNodesOf, NodeInterface } from '../node.ts'
import { State } from '../states/graphql.ts'
import { WorkPool, WorkQueue } from '../work-pools/types.ts'
import { Worker } from '../workers/types.ts'
import { flowRunPageUrl } from './flow-run-page-url.ts'
import { loadFlowRun } from './load-flow-run.ts'

const FlowRunTimes = builder.objectRef<FlowRunRow['times']>('FlowRunTimes').implement({
  description: 'Where a run spent its time so far, the present state included.',
  fields: (t) => ({
    waiting: t.field({ type: 'Duration', description: 'Due, but not given to a worker yet.', resolve: ({ waiting }) => waiting / 1000 }),
    starting: t.field({ type: 'Duration', description: 'Given to a worker, code not running yet.', resolve: ({ starting }) => starting / 1000 }),
    running: t.field({ type: 'Duration', description: "In the author's code.", resolve: ({ running }) => running / 1000 }),
  }),
})

const flowVersionLoader = loader(findFlowVersions, ({ flowRunId }) => flowRunId)

export const FlowRun = builder.objectRef<FlowRunRow>('FlowRun')
FlowRun.implement({
  description: 'One run of a flow.',
  interfaces: [NodeInterface],
  fields: (t) => ({
    id: t.id({ description: 'Opaque id.', resolve: (run) => encodeId('FlowRun', run.id) }),
    uuid: t.exposeString('id', { description: 'Raw id, ordered by time of creation.' }),
    name: t.exposeString('name', { description: 'Given, or made up from an adjective and a noun.' }),
    flow: t.field({ type: Flow, description: 'What runs.', resolve: (run) => run.flow }),
    deployment: t.field({
      type: Deployment,
      nullable: true,
      description: 'What it was started from. Null for a run that started by itself (a script, a subflow).',
      resolve: (run) => run.deployment && { ...run.deployment, flow: run.flow },
    }),
    deploymentVersion: t.field({
      type: DeploymentVersion,
      nullable: true,
      description: 'The version it is pinned to. Null without a deployment.',
      resolve: (run, _, { reader }) =>
        run.deployment === null ? null : reader.load(deploymentVersionLoader, `${run.deployment.id}/${run.deploymentVersionId}`),
    }),
    flowVersion: t.string({
      nullable: true,
      description: "The flow's own `version` in its last attempt. Null when the flow has none, or has not begun.",
      resolve: async (run, _, { reader }) => (await reader.load(flowVersionLoader, run.id))?.version ?? null,
    }),
    state: t.field({ type: State, description: 'The present state.', resolve: (run) => run.state }),
    stateHistory: t.field({
      type: [State],
      description: 'Every state so far, oldest first; also outcomes that came too late to count. At most 1,000.',
      complexity: { field: 1, multiplier: 10 },
      resolve: (run, _, { reader }) => reader.run(listFlowRunStates([run.id])),
    }),
    runCount: t.exposeInt('runCount', { description: 'How often it has been RUNNING, retries included.' }),
    epoch: t.exposeInt('epoch', { description: 'How often it has been given out.' }),
    parameters: t.field({ type: 'JSON', description: "As given, with the deployment's defaults below.", resolve: (run) => run.parameters }),
    tags: t.exposeStringList('tags', { description: "Its own and its deployment's." }),
    idempotencyKey: t.exposeString('idempotencyKey', { nullable: true, description: 'Unique within the flow. Null when none was given.' }),
    workPool: t.field({
      type: WorkPool,
      nullable: true,
      description: 'Where it waits for workers. Null for a run that needs none.',
      resolve: (run) => run.workPool,
    }),
    workQueue: t.field({
      type: WorkQueue,
      nullable: true,
      description: 'Its lane in the pool. Null for a run that needs none.',
      resolve: (run) => run.workQueue,
    }),
    worker: t.field({ type: Worker, nullable: true, description: 'The worker that got it last. Null when none has.', resolve: (run) => run.worker }),
    scheduledTime: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it is or was due. Null when it started by itself.',
      resolve: (run) => run.scheduledTime,
    }),
    createdAt: t.field({ type: 'DateTime', description: 'When it was made.', resolve: (run) => run.createdAt }),
    startTime: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'First RUNNING. Null when it has not run yet.',
      resolve: (run) => run.startTime,
    }),
    endTime: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When its final state was entered. Null before.',
      resolve: (run) => run.endTime,
    }),
    times: t.field({ type: FlowRunTimes, description: 'Where its time went.', resolve: (run) => run.times }),
    parentFlowRun: t.field({
      type: FlowRun,
      nullable: true,
      description: 'The run that started it. Null when none did.',
      resolve: (run, _, context) => (run.parentFlowRunId === null ? null : loadFlowRun(context, run.parentFlowRunId)),
    }),
    parentTaskRunId: t.id({
      nullable: true,
      description: 'The task run of the parent that stands for it. Null when there is none.',
      resolve: ({ parentTaskRunId, parentFlowRunId }) =>
        parentTaskRunId === null || parentFlowRunId === null ? null : encodeChildId('TaskRun', parentTaskRunId, parentFlowRunId),
    }),
    childFlowRuns: t.field({
      type: [FlowRun],
      description: 'Runs that it started, oldest first. At most 1,000.',
      complexity: { field: 1, multiplier: 20 },
      resolve: (run, _, { reader }) => reader.run(listChildFlowRuns(run.id)),
    }),
    createdBy: t.exposeString('createdBy', { nullable: true, description: 'Who made it, for example `key "laptop"`. Null when that is not known.' }),
    url: t.string({ description: 'Its page in the workspace.', resolve: (run, _, { publicUrl }) => flowRunPageUrl(publicUrl, run.id) }),
  }),
})

export const FlowRunConnection = connectionOf('FlowRun', FlowRun, 'flow runs')

findNodesOf('FlowRun', (context, uuid) => loadFlowRun(context, uuid))
