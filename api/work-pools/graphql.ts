/** Doors of work pools. */
import { defaultJobTemplate } from '../../core/job-templates/job-template.ts'
import type { JsonValue } from '../../core/json-value.ts'
import { builder } from '../builder.ts'
import { pageArgs, pageCost, pageOf, selects } from '../connection.ts'
import { Conflict, Invalid, NotFound } from '../errors.ts'
import { decodeId, encodeId } from '../node.ts'
import { IDEMPOTENCY_KEY_DESCRIPTION } from '../once.ts'
import { permit } from '../permissions.ts'
import { deleteInput, deleteSuccess } from '../removal.ts'
import { createWorkPool } from './create-work-pool.ts'
import { createWorkQueue } from './create-work-queue.ts'
import { deleteWorkPool } from './delete-work-pool.ts'
import { deleteWorkQueue } from './delete-work-queue.ts'
import { findWorkPool } from './find-work-pool.ts'
import { listWorkPools } from './list-work-pools.ts'
import { loadWorkQueue, WorkPool, WorkPoolConnection, type WorkPoolValue, WorkQueue, type WorkQueueValue } from './types.ts'
import { updateWorkPool } from './update-work-pool.ts'
import { updateWorkQueue } from './update-work-queue.ts'

builder.queryFields((t) => ({
  workPool: t.field({
    type: WorkPool,
    nullable: true,
    description: 'A work pool by `id` or by `name`. Null when there is none.',
    args: { id: t.arg.id({ description: 'Its id or uuid.' }), name: t.arg.string({ description: 'Its name.' }) },
    resolve: (_, { id, name }, context) => findWorkPool(context, { id: id == null ? null : decodeId('WorkPool', id, ['id']), name: name ?? null }),
  }),
  workPools: t.field({
    type: WorkPoolConnection,
    description: 'Work pools of the workspace, oldest first.',
    args: pageArgs,
    complexity: pageCost,
    resolve: (_, args, context, info) => listWorkPools(context, { page: pageOf(args), count: selects(info, 'totalCount', 'totalCountIsExact') }),
  }),
}))

builder.queryField('defaultBaseJobTemplate', (t) =>
  t.field({
    type: 'JSON',
    nullable: true,
    description: 'The base job template of a pool that has none of its own. Null when there are no pools of that type.',
    args: { type: t.arg.string({ description: '`process` when left out.' }) },
    resolve: (_, { type }, { actor }) => {
      permit(actor, 'work-pools:read')
      return defaultJobTemplate(type ?? 'process') as unknown as JsonValue
    },
  }),
)

builder.queryField('workQueue', (t) =>
  t.field({
    type: WorkQueue,
    nullable: true,
    description: 'A queue of a work pool by its id. Null when there is none. Those of a pool: `workPool { queues }`.',
    args: { id: t.arg.id({ required: true, description: 'Its id or uuid.' }) },
    resolve: (_, { id }, context) => loadWorkQueue(context, decodeId('WorkQueue', id, ['id'])),
  }),
)

const CreateWorkPoolInput = builder.inputType('CreateWorkPoolInput', {
  description: 'A new work pool.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'Unique in the workspace: 1 to 255 characters without `/ % & < >`.' }),
    type: t.string({ description: '`process` when left out.' }),
    description: t.string({ description: 'For people; at most 10,000 characters.' }),
    concurrencyLimit: t.int({ description: 'How many of its runs may hold a slot at a time: 1 to 1,000,000; no limit when left out.' }),
    baseJobTemplate: t.field({ type: 'JSON', description: 'As `WorkPool.baseJobTemplate`, at most 64 KiB; the default of the type when left out.' }),
    idempotencyKey: t.string({ description: IDEMPOTENCY_KEY_DESCRIPTION }),
    ifMissing: t.boolean({ description: 'No error when a pool of this name and type is there already.' }),
  }),
})

const CreateWorkPoolSuccess = builder.objectRef<{ workPool: WorkPoolValue; created: boolean }>('CreateWorkPoolSuccess').implement({
  description: 'The pool is there.',
  fields: (t) => ({
    workPool: t.field({ type: WorkPool, description: 'As it is now.', resolve: ({ workPool }) => workPool }),
    created: t.exposeBoolean('created', { description: 'False when it was there already.' }),
  }),
})

builder.mutationField('createWorkPool', (t) =>
  t.field({
    type: CreateWorkPoolSuccess,
    description: 'Makes a work pool with its queue `default`.',
    args: { input: t.arg({ type: CreateWorkPoolInput, required: true, description: 'The new pool.' }) },
    errors: { types: [Invalid, Conflict], union: { name: 'CreateWorkPoolResult', description: 'The pool, or why not.' } },
    resolve: (_, { input }, context) => createWorkPool(context, input),
  }),
)

const UpdateWorkPoolInput = builder.inputType('UpdateWorkPoolInput', {
  description: 'What is to be different about a pool; what is left out stays as it is.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'Its id or uuid.' }),
    description: t.string({ description: 'For people, at most 10,000 characters; null = none.' }),
    concurrencyLimit: t.int({ description: 'How many of its runs may hold a slot at a time: 1 to 1,000,000; null = no limit.' }),
    isPaused: t.boolean({ description: 'Whether its runs wait. What runs already goes on.' }),
    baseJobTemplate: t.field({
      type: 'JSON',
      description: 'As `WorkPool.baseJobTemplate`, at most 64 KiB; null = the default of its type. Runs that nobody has taken yet get the new one.',
    }),
  }),
})

const UpdateWorkPoolSuccess = builder.objectRef<{ workPool: WorkPoolValue }>('UpdateWorkPoolSuccess').implement({
  description: 'The pool is as asked.',
  fields: (t) => ({ workPool: t.field({ type: WorkPool, description: 'As it is now.', resolve: ({ workPool }) => workPool }) }),
})

builder.mutationField('updateWorkPool', (t) =>
  t.field({
    type: UpdateWorkPoolSuccess,
    description:
      'Changes a work pool: pauses or resumes it, sets or lifts its limit, sets its base job template. What waited and may run now is given out at once.',
    args: { input: t.arg({ type: UpdateWorkPoolInput, required: true, description: 'What is to be different.' }) },
    errors: { types: [Invalid, NotFound], union: { name: 'UpdateWorkPoolResult', description: 'The pool, or why not.' } },
    resolve: async (_, { input }, context) => ({ workPool: await updateWorkPool(context, input) }),
  }),
)

const CreateWorkQueueInput = builder.inputType('CreateWorkQueueInput', {
  description: 'A new queue of a work pool.',
  fields: (t) => ({
    workPoolName: t.string({ required: true, description: 'The pool.' }),
    name: t.string({ required: true, description: 'Unique in the pool: 1 to 255 characters without `/ % & < >`.' }),
    priority: t.int({
      description: '1 to 1,000,000, 1 first, strictly: runs of a later queue wait while one of an earlier queue can be given out. 1 when left out.',
    }),
    concurrencyLimit: t.int({ description: 'How many of its runs may hold a slot at a time: 1 to 1,000,000; no limit when left out.' }),
    idempotencyKey: t.string({ description: IDEMPOTENCY_KEY_DESCRIPTION }),
  }),
})

const CreateWorkQueueSuccess = builder.objectRef<{ workQueue: WorkQueueValue }>('CreateWorkQueueSuccess').implement({
  description: 'The queue is there.',
  fields: (t) => ({ workQueue: t.field({ type: WorkQueue, description: 'As it is now.', resolve: ({ workQueue }) => workQueue }) }),
})

builder.mutationField('createWorkQueue', (t) =>
  t.field({
    type: CreateWorkQueueSuccess,
    description: 'Makes a queue of a work pool: a lane with its own priority, limit and pause.',
    args: { input: t.arg({ type: CreateWorkQueueInput, required: true, description: 'The new queue.' }) },
    errors: { types: [Invalid, NotFound, Conflict], union: { name: 'CreateWorkQueueResult', description: 'The queue, or why not.' } },
    resolve: async (_, { input }, context) => ({ workQueue: await createWorkQueue(context, input) }),
  }),
)

const UpdateWorkQueueInput = builder.inputType('UpdateWorkQueueInput', {
  description: 'What is to be different about a queue; what is left out stays as it is.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'Its id or uuid.' }),
    priority: t.int({ description: '1 first, strictly: 1 to 1,000,000.' }),
    concurrencyLimit: t.int({ description: 'How many of its runs may hold a slot at a time: 1 to 1,000,000; null = no limit.' }),
    isPaused: t.boolean({ description: 'Whether its runs wait. What runs already goes on.' }),
  }),
})

const UpdateWorkQueueSuccess = builder.objectRef<{ workQueue: WorkQueueValue }>('UpdateWorkQueueSuccess').implement({
  description: 'The queue is as asked.',
  fields: (t) => ({ workQueue: t.field({ type: WorkQueue, description: 'As it is now.', resolve: ({ workQueue }) => workQueue }) }),
})

builder.mutationField('updateWorkQueue', (t) =>
  t.field({
    type: UpdateWorkQueueSuccess,
    description: 'Changes a queue: pauses or resumes it, sets priority or limit. What waited and may run now is given out at once.',
    args: { input: t.arg({ type: UpdateWorkQueueInput, required: true, description: 'What is to be different.' }) },
    errors: { types: [Invalid, NotFound], union: { name: 'UpdateWorkQueueResult', description: 'The queue, or why not.' } },
    resolve: async (_, { input }, context) => ({ workQueue: await updateWorkQueue(context, input) }),
  }),
)

const DeleteWorkPoolInput = deleteInput('DeleteWorkPoolInput', 'work pool')
const DeleteWorkPoolSuccess = deleteSuccess('DeleteWorkPoolSuccess', 'work pool')
const DeleteWorkQueueInput = deleteInput('DeleteWorkQueueInput', 'work queue')
const DeleteWorkQueueSuccess = deleteSuccess('DeleteWorkQueueSuccess', 'work queue')

builder.mutationFields((t) => ({
  deleteWorkPool: t.field({
    type: DeleteWorkPoolSuccess,
    description: 'Deletes a work pool with its queues and workers, when no deployment names it and no run of it is open. Its workers stop.',
    args: { input: t.arg({ type: DeleteWorkPoolInput, required: true, description: 'Which one.' }) },
    errors: { types: [Invalid, NotFound, Conflict], union: { name: 'DeleteWorkPoolResult', description: 'What is gone, or why not.' } },
    resolve: async (_, { input }, context) => {
      const workPoolId = decodeId('WorkPool', input.id, ['id'])
      await deleteWorkPool(context, workPoolId)
      return { deletedId: encodeId('WorkPool', workPoolId) }
    },
  }),
  deleteWorkQueue: t.field({
    type: DeleteWorkQueueSuccess,
    description: 'Deletes a queue other than `default`, when no deployment names it and no run of it is open.',
    args: { input: t.arg({ type: DeleteWorkQueueInput, required: true, description: 'Which one.' }) },
    errors: { types: [Invalid, NotFound, Conflict], union: { name: 'DeleteWorkQueueResult', description: 'What is gone, or why not.' } },
    resolve: async (_, { input }, context) => {
      const workQueueId = decodeId('WorkQueue', input.id, ['id'])
      await deleteWorkQueue(context, workQueueId)
      return { deletedId: encodeId('WorkQueue', workQueueId) }
    },
  }),
}))
