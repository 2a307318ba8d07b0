/** Doors of deployments. */
import type { DeploymentFilter as Filter } from '../../db/queries/deployments/find-deployments.ts'
import { builder } from '../builder.ts'
import { pageArgs, pageCost, pageOf, selects } from '../connection.ts'
import { Conflict, Invalid, NotFound } from '../errors.ts'
import { readReference, ReferenceFilter, StringFilter, TagsFilter } from '../filters.ts'
import { decodeId, encodeId } from '../node.ts'
import { deleteInput, deleteSuccess } from '../removal.ts'
import { deleteDeployment } from './delete-deployment.ts'
import { DeploymentScheduleInput } from '../schedules/types.ts'
import { findDeployment } from './find-deployment.ts'
import { listDeployments } from './list-deployments.ts'
import { pauseDeployment } from './pause-deployment.ts'
import { saveDeployment } from './save-deployment.ts'
import { updateDeployment } from './update-deployment.ts'
import { CollisionStrategy, ContactLost, Deployment, DeploymentConnection, type DeploymentValue } from './types.ts'

const DeploymentFilter = builder.inputRef<Filter>('DeploymentFilter').implement({
  description: 'Which deployments; everything given must hold.',
  fields: (t) => ({
    name: t.field({ type: StringFilter, description: "By its own name, without its flow's." }),
    flow: t.field({ type: ReferenceFilter, description: 'Of these flows.' }),
    workPool: t.field({ type: ReferenceFilter, description: 'In these work pools.' }),
    tags: t.field({ type: TagsFilter, description: 'By tags.' }),
    isPaused: t.boolean({ description: 'Whether its runs wait.' }),
  }),
})

/** Ids decoded; throws Invalid. */
const readFilter = (filter: Filter | null | undefined): Filter | null =>
  filter == null
    ? null
    : {
        ...filter,
        flow: readReference(filter.flow, 'Flow', ['filter', 'flow']),
        workPool: readReference(filter.workPool, 'WorkPool', ['filter', 'workPool']),
      }

builder.queryFields((t) => ({
  deployment: t.field({
    type: Deployment,
    nullable: true,
    description: 'A deployment by `id` or by `name` (`flow/deployment`). Null when there is none.',
    args: {
      id: t.arg.id({ description: 'Its id or uuid.' }),
      name: t.arg.string({ description: '`flow/deployment`.' }),
    },
    resolve: (_, { id, name }, context) =>
      findDeployment(context, { id: id == null ? null : decodeId('Deployment', id, ['id']), name: name ?? null }),
  }),
  deployments: t.field({
    type: DeploymentConnection,
    description: 'Deployments of the workspace, newest first.',
    args: {
      ...pageArgs,
      filter: t.arg({ type: DeploymentFilter, description: 'Which; all when left out.' }),
    },
    complexity: pageCost,
    resolve: (_, { filter, ...page }, context, info) =>
      listDeployments(context, { filter: readFilter(filter), page: pageOf(page), count: selects(info, 'totalCount', 'totalCountIsExact') }),
  }),
}))

const RetryPolicyInput = builder.inputType('RetryPolicyInput', {
  description: 'How often and when a failed attempt is tried again.',
  fields: (t) => ({
    count: t.int({ required: true, description: 'Tries after the first one: 0 to 1,000.' }),
    delay: t.field({
      type: 'JSON',
      description:
        'Milliseconds before a retry: a number, a list (its last element repeats), or `{ "initial": 1000, "factor": 2, "max": 60000 }`. 0 when left out.',
    }),
    jitter: t.float({ description: '0 to 1: the delay is spread over ± this share of itself. 0 when left out.' }),
  }),
})

const SaveDeploymentInput = builder.inputType('SaveDeploymentInput', {
  description: 'A deployment as it is to be. The same again changes nothing; a new entrypoint, path or content makes a new version.',
  fields: (t) => ({
    flowName: t.string({ required: true, description: 'The flow; made when nobody has named it yet.' }),
    name: t.string({ required: true, description: 'Unique within the flow.' }),
    description: t.string({ description: 'For people; at most 10,000 characters.' }),
    tags: t.stringList({ description: 'Given to each of its runs.' }),
    entrypoint: t.string({
      required: true,
      description:
        '`FILE:EXPORT`, the file relative to `path`; `FILE:task(NAME)` runs a task of the file (its name percent-encoded). At most 1,000 characters.',
    }),
    path: t.string({ required: true, description: "Absolute folder on the worker's machine, at most 4,000 characters." }),
    contentHash: t.string({ description: 'SHA-256 of the entry file, lower-case hex.' }),
    parameters: t.field({ type: 'JSON', description: 'Defaults; an object. At most 512 KiB.' }),
    parameterSchema: t.field({ type: 'JSONSchema', description: 'What parameters must look like. At most 512 KiB.' }),
    workPoolName: t.string({ required: true, description: 'Where its runs wait for workers.' }),
    workQueueName: t.string({ description: 'Its lane in the pool; `default` when left out.' }),
    jobVariables: t.field({
      type: 'JSON',
      description: "For the worker: over the pool's, below a run's; an object. `env` maps are merged. At most 512 KiB.",
    }),
    concurrencyLimit: t.int({ description: 'How many of its runs may hold a slot at a time: 1 to 1,000,000; no limit when left out.' }),
    collisionStrategy: t.field({ type: CollisionStrategy, description: 'When that limit is full. As it is when left out; `ENQUEUE` for a new one.' }),
    reuse: t.boolean({ description: 'A runner process may serve several runs. False when left out.' }),
    preload: t.boolean({ description: 'Spare runners import the module ahead. True when left out.' }),
    retries: t.field({
      type: RetryPolicyInput,
      description: "For its runs, in the place of the flow's own; those hold when left out, or with a count of 0.",
    }),
    retryOnCrash: t.int({
      description:
        'How often a run is tried again after a crash (its process died, its worker was lost): 0 to 1,000. More than 0 needs `onContactLost: STOP`. As it is when left out; 0 for a new one.',
    }),
    onContactLost: t.field({ type: ContactLost, description: 'As it is when left out; `CONTINUE` for a new one.' }),
    startAgain: t.boolean({
      description: 'A run that was lost while starting may be started again. As it is when left out; false for a new one.',
    }),
    schedules: t.field({
      type: [DeploymentScheduleInput],
      description: 'When it runs by itself: all of its schedules, others are deleted. As they are when left out.',
    }),
  }),
})

const SaveDeploymentSuccess = builder
  .objectRef<{ deployment: DeploymentValue; created: boolean; changed: boolean }>('SaveDeploymentSuccess')
  .implement({
    description: 'The deployment is as asked.',
    fields: (t) => ({
      deployment: t.field({ type: Deployment, description: 'As it is now.', resolve: ({ deployment }) => deployment }),
      created: t.exposeBoolean('created', { description: 'Whether it is new.' }),
      changed: t.exposeBoolean('changed', { description: 'Whether anything differs from before.' }),
    }),
  })

builder.mutationField('saveDeployment', (t) =>
  t.field({
    type: SaveDeploymentSuccess,
    description: 'Makes a deployment, or changes the one of this name. `weir deploy` does this.',
    args: { input: t.arg({ type: SaveDeploymentInput, required: true, description: 'The deployment as it is to be.' }) },
    errors: { types: [Invalid, NotFound], union: { name: 'SaveDeploymentResult', description: 'The deployment, or why not.' } },
    resolve: (_, { input }, context) => saveDeployment(context, input),
  }),
)

const UpdateDeploymentInput = builder.inputType('UpdateDeploymentInput', {
  description: 'What is to be different about a deployment; what is left out stays as it is. Its code changes by deploying.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'Its id or uuid.' }),
    description: t.string({ description: 'For people, at most 10,000 characters; null = none.' }),
    tags: t.stringList({ description: 'In place of those it has.' }),
    parameters: t.field({ type: 'JSON', description: 'Defaults, in place of those it has; an object that fits its schema.' }),
    parameterSchema: t.field({ type: 'JSONSchema', description: 'What parameters must look like; null = anything.' }),
    jobVariables: t.field({ type: 'JSON', description: 'In place of those it has; an object.' }),
    workPoolName: t.string({ description: 'Another pool. Runs that wait already stay where they are.' }),
    workQueueName: t.string({ description: 'Another queue of the pool; `default` when only the pool is another.' }),
    concurrencyLimit: t.int({ description: 'How many of its runs may hold a slot at a time: 1 to 1,000,000; null = no limit.' }),
    collisionStrategy: t.field({ type: CollisionStrategy, description: 'What becomes of a run that is due while that limit is full.' }),
    retries: t.field({
      type: RetryPolicyInput,
      description: "For its runs, in the place of the flow's own; null, or a count of 0 = the flow's own.",
    }),
    retryOnCrash: t.int({ description: 'How often a run is tried again after a crash. More than 0 needs `onContactLost: STOP`.' }),
    onContactLost: t.field({ type: ContactLost, description: 'What a run does when it cannot reach the control plane for a while.' }),
    startAgain: t.boolean({ description: 'Whether a run that was lost while starting may be started again.' }),
  }),
})

const UpdateDeploymentSuccess = builder.objectRef<{ deployment: DeploymentValue }>('UpdateDeploymentSuccess').implement({
  description: 'The deployment is as asked.',
  fields: (t) => ({ deployment: t.field({ type: Deployment, description: 'As it is now.', resolve: ({ deployment }) => deployment }) }),
})

builder.mutationField('updateDeployment', (t) =>
  t.field({
    type: UpdateDeploymentSuccess,
    description: 'Changes a deployment without deploying it. `pauseDeployment` and `resumeDeployment` are verbs of their own.',
    args: { input: t.arg({ type: UpdateDeploymentInput, required: true, description: 'What is to be different.' }) },
    errors: { types: [Invalid, NotFound], union: { name: 'UpdateDeploymentResult', description: 'The deployment, or why not.' } },
    resolve: async (_, { input: { id, ...update } }, context) => ({
      deployment: await updateDeployment(context, decodeId('Deployment', id, ['id']), update),
    }),
  }),
)

const DeleteDeploymentInput = deleteInput('DeleteDeploymentInput', 'deployment')
const DeleteDeploymentSuccess = deleteSuccess('DeleteDeploymentSuccess', 'deployment')

builder.mutationField('deleteDeployment', (t) =>
  t.field({
    type: DeleteDeploymentSuccess,
    description:
      'Deletes a deployment with its versions, its schedules and their occurrences. Runs of it that wait are cancelled; while runs of it go on it stays. Runs that are over stay in history.',
    args: { input: t.arg({ type: DeleteDeploymentInput, required: true, description: 'Which one.' }) },
    errors: { types: [Invalid, NotFound, Conflict], union: { name: 'DeleteDeploymentResult', description: 'What is gone, or why not.' } },
    resolve: async (_, { input }, context) => {
      const deploymentId = decodeId('Deployment', input.id, ['id'])
      await deleteDeployment(context, deploymentId)
      return { deletedId: encodeId('Deployment', deploymentId) }
    },
  }),
)

const PauseDeploymentInput = builder.inputType('PauseDeploymentInput', {
  description: 'Which deployment.',
  fields: (t) => ({ id: t.id({ required: true, description: 'Its id or uuid.' }) }),
})

const PauseDeploymentSuccess = builder.objectRef<{ deployment: DeploymentValue }>('PauseDeploymentSuccess').implement({
  description: 'The deployment is paused.',
  fields: (t) => ({ deployment: t.field({ type: Deployment, description: 'As it is now.', resolve: ({ deployment }) => deployment }) }),
})

builder.mutationField('pauseDeployment', (t) =>
  t.field({
    type: PauseDeploymentSuccess,
    description: 'Lets the runs of a deployment wait. What runs already goes on. The same again changes nothing.',
    args: { input: t.arg({ type: PauseDeploymentInput, required: true, description: 'Which one.' }) },
    errors: { types: [Invalid, NotFound], union: { name: 'PauseDeploymentResult', description: 'The deployment, or why not.' } },
    resolve: async (_, { input }, context) => ({ deployment: await pauseDeployment(context, { id: input.id, isPaused: true }) }),
  }),
)

const ResumeDeploymentInput = builder.inputType('ResumeDeploymentInput', {
  description: 'Which deployment.',
  fields: (t) => ({ id: t.id({ required: true, description: 'Its id or uuid.' }) }),
})

const ResumeDeploymentSuccess = builder.objectRef<{ deployment: DeploymentValue }>('ResumeDeploymentSuccess').implement({
  description: 'The deployment is not paused (any more).',
  fields: (t) => ({ deployment: t.field({ type: Deployment, description: 'As it is now.', resolve: ({ deployment }) => deployment }) }),
})

builder.mutationField('resumeDeployment', (t) =>
  t.field({
    type: ResumeDeploymentSuccess,
    description: 'Lets the runs of a paused deployment go again; what waited is given out at once. The same again changes nothing.',
    args: { input: t.arg({ type: ResumeDeploymentInput, required: true, description: 'Which one.' }) },
    errors: { types: [Invalid, NotFound], union: { name: 'ResumeDeploymentResult', description: 'The deployment, or why not.' } },
    resolve: async (_, { input }, context) => ({ deployment: await pauseDeployment(context, { id: input.id, isPaused: false }) }),
  }),
)
