/** Doors of work pools. */
import { builder, MAX_PAGE } from '../builder.ts'
import { pageCost, pageOf, selects } from '../connection.ts'
import { Conflict, Invalid } from '../errors.ts'
import { decodeId } from '../node.ts'
import { createWorkPool } from './create-work-pool.ts'
import { findWorkPool } from './find-work-pool.ts'
import { listWorkPools } from './list-work-pools.ts'
import { WorkPool, WorkPoolConnection, type WorkPoolValue } from './types.ts'

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
    args: {
      first: t.arg.int({ description: `How many: 1 to ${MAX_PAGE}, 50 when left out.` }),
      after: t.arg.string({ description: 'Cursor of the row before the page.' }),
    },
    complexity: pageCost,
    resolve: (_, args, context, info) => listWorkPools(context, { page: pageOf(args), count: selects(info, 'totalCount', 'totalCountIsExact') }),
  }),
}))

const CreateWorkPoolInput = builder.inputType('CreateWorkPoolInput', {
  description: 'A new work pool.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'Unique in the workspace: 1 to 255 characters without `/ % & < >`.' }),
    type: t.string({ description: '`process` when left out.' }),
    description: t.string({ description: 'For people.' }),
    concurrencyLimit: t.int({ description: 'How many of its runs may hold a slot at a time; no limit when left out.' }),
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
