/** Doors of named limits. What code itself asks while it runs goes through POST /concurrency. */
import type { ConcurrencyLimitFilter as Filter, ConcurrencyLimitRow } from '../../db/queries/concurrency-limits/find-concurrency-limits.ts'
import { builder } from '../builder.ts'
import { pageArgs, pageCost, pageOf, selects } from '../connection.ts'
import { Conflict, Invalid, NotFound } from '../errors.ts'
import { StringFilter } from '../filters.ts'
import { IDEMPOTENCY_KEY_DESCRIPTION } from '../once.ts'
import { decodeId, encodeId } from '../node.ts'
import { deleteInput, deleteSuccess } from '../removal.ts'
import { createConcurrencyLimit } from './create-concurrency-limit.ts'
import { deleteConcurrencyLimit } from './delete-concurrency-limit.ts'
import { findConcurrencyLimit } from './find-concurrency-limit.ts'
import { listConcurrencyLimits } from './list-concurrency-limits.ts'
import { resetConcurrencyLimit } from './reset-concurrency-limit.ts'
import { ConcurrencyLimit, ConcurrencyLimitConnection } from './types.ts'
import { updateConcurrencyLimit } from './update-concurrency-limit.ts'

const ConcurrencyLimitFilter = builder.inputRef<Filter>('ConcurrencyLimitFilter').implement({
  description: 'Which concurrency limits; everything given must hold.',
  fields: (t) => ({ name: t.field({ type: StringFilter, description: 'By name.' }) }),
})

builder.queryFields((t) => ({
  concurrencyLimit: t.field({
    type: ConcurrencyLimit,
    nullable: true,
    description: 'A concurrency limit by `id` or by `name`. Null when there is none.',
    args: { id: t.arg.id({ description: 'Its id or uuid.' }), name: t.arg.string({ description: 'Its name.' }) },
    resolve: (_, { id, name }, context) =>
      findConcurrencyLimit(context, { id: id == null ? null : decodeId('ConcurrencyLimit', id, ['id']), name: name ?? null }),
  }),
  concurrencyLimits: t.field({
    type: ConcurrencyLimitConnection,
    description: 'Concurrency limits of the workspace, by name.',
    args: {
      ...pageArgs,
      filter: t.arg({ type: ConcurrencyLimitFilter, description: 'Which; all when left out.' }),
    },
    complexity: pageCost,
    resolve: (_, { filter, ...page }, context, info) =>
      listConcurrencyLimits(context, { filter: filter ?? null, page: pageOf(page), count: selects(info, 'totalCount', 'totalCountIsExact') }),
  }),
}))

const DECAY = 'Slots that come back in a second by themselves, which makes it a rate limit: 0.000001 to 1,000,000.'

const CreateConcurrencyLimitInput = builder.inputType('CreateConcurrencyLimitInput', {
  description: 'A new concurrency limit.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'Unique in the workspace: 1 to 255 characters. `tag:x` holds tasks with the tag `x`.' }),
    limit: t.int({ required: true, description: 'Slots that may be taken at once: 0 to 1,000,000.' }),
    slotDecayPerSecond: t.float({ description: `${DECAY} Left out: slots come back when they are given back.` }),
    isActive: t.boolean({ description: 'False: it holds nobody back. True when left out.' }),
    idempotencyKey: t.string({ description: IDEMPOTENCY_KEY_DESCRIPTION }),
  }),
})

const UpdateConcurrencyLimitInput = builder.inputType('UpdateConcurrencyLimitInput', {
  description: 'What is to be different about a concurrency limit; what is left out stays as it is. Nobody loses slots by it.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'Its id or uuid.' }),
    name: t.string({ description: 'Another name.' }),
    limit: t.int({ description: 'Other slots: 0 to 1,000,000. Below what is taken, nobody gets any until it is less.' }),
    slotDecayPerSecond: t.float({ description: `${DECAY} Null: slots come back when they are given back.` }),
    isActive: t.boolean({ description: 'False: it holds nobody back.' }),
  }),
})

const ResetConcurrencyLimitInput = builder.inputType('ResetConcurrencyLimitInput', {
  description: 'Whose slots are to be taken away.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'Id or uuid of the limit.' }),
    leaseId: t.string({ description: 'One lease, with everything that it holds, also of other limits. Left out: all of the limit.' }),
  }),
})

const DeleteConcurrencyLimitInput = deleteInput('DeleteConcurrencyLimitInput', 'concurrency limit')
const DeleteConcurrencyLimitSuccess = deleteSuccess('DeleteConcurrencyLimitSuccess', 'concurrency limit')

const success = (name: string, description: string) =>
  builder.objectRef<{ limit: ConcurrencyLimitRow }>(name).implement({
    description,
    fields: (t) => ({ concurrencyLimit: t.field({ type: ConcurrencyLimit, description: 'As it is now.', resolve: ({ limit }) => limit }) }),
  })

const CreateConcurrencyLimitSuccess = success('CreateConcurrencyLimitSuccess', 'The limit is there.')
const UpdateConcurrencyLimitSuccess = success('UpdateConcurrencyLimitSuccess', 'The limit is as asked.')
const ResetConcurrencyLimitSuccess = builder.objectRef<{ limit: ConcurrencyLimitRow; released: number }>('ResetConcurrencyLimitSuccess').implement({
  description: 'The slots are free.',
  fields: (t) => ({
    concurrencyLimit: t.field({ type: ConcurrencyLimit, description: 'As it is now.', resolve: ({ limit }) => limit }),
    releasedLeases: t.exposeInt('released', { description: 'How many leases have ended by it.' }),
  }),
})

builder.mutationFields((t) => ({
  createConcurrencyLimit: t.field({
    type: CreateConcurrencyLimitSuccess,
    description: 'Makes a concurrency limit. One of this name must not be there yet.',
    args: { input: t.arg({ type: CreateConcurrencyLimitInput, required: true, description: 'The new limit.' }) },
    errors: { types: [Invalid, Conflict], union: { name: 'CreateConcurrencyLimitResult', description: 'The limit, or why not.' } },
    resolve: async (_, { input }, context) => ({ limit: await createConcurrencyLimit(context, input) }),
  }),
  updateConcurrencyLimit: t.field({
    type: UpdateConcurrencyLimitSuccess,
    description: 'Gives a concurrency limit another name, size or decay, or switches it on or off.',
    args: { input: t.arg({ type: UpdateConcurrencyLimitInput, required: true, description: 'What is to be different.' }) },
    errors: { types: [Invalid, NotFound, Conflict], union: { name: 'UpdateConcurrencyLimitResult', description: 'The limit, or why not.' } },
    resolve: async (_, { input }, context) => ({ limit: await updateConcurrencyLimit(context, input) }),
  }),
  resetConcurrencyLimit: t.field({
    type: ResetConcurrencyLimitSuccess,
    description:
      'Takes slots away from those who hold them: of one lease, or of all. They go on, so for a while there may be more at work than the limit says.',
    args: { input: t.arg({ type: ResetConcurrencyLimitInput, required: true, description: 'Whose.' }) },
    errors: { types: [Invalid, NotFound], union: { name: 'ResetConcurrencyLimitResult', description: 'The limit, or why not.' } },
    resolve: (_, { input }, context) => resetConcurrencyLimit(context, input),
  }),
  deleteConcurrencyLimit: t.field({
    type: DeleteConcurrencyLimitSuccess,
    description: 'Deletes a concurrency limit. Nobody is held back by its name any more.',
    args: { input: t.arg({ type: DeleteConcurrencyLimitInput, required: true, description: 'Which one.' }) },
    errors: { types: [Invalid, NotFound], union: { name: 'DeleteConcurrencyLimitResult', description: 'What is gone, or why not.' } },
    resolve: async (_, { input }, context) => ({ deletedId: encodeId('ConcurrencyLimit', await deleteConcurrencyLimit(context, input)) }),
  }),
}))
