/** Doors of blocks. */
import type { BlockFilter as Filter, BlockRow } from '../../db/queries/blocks/find-blocks.ts'
import { builder } from '../builder.ts'
import { pageArgs, pageCost, pageOf, selects } from '../connection.ts'
import { Conflict, Invalid, NotFound } from '../errors.ts'
import { StringFilter } from '../filters.ts'
import { decodeId, encodeId } from '../node.ts'
import { IDEMPOTENCY_KEY_DESCRIPTION } from '../once.ts'
import { deleteInput, deleteSuccess } from '../removal.ts'
import { deleteBlock } from './delete-block.ts'
import { findBlock } from './find-block.ts'
import { listBlocks } from './list-blocks.ts'
import { type Revealed, revealBlock } from './reveal-block.ts'
import { createBlock, saveBlock, updateBlock } from './save-block.ts'
import { Block, BlockConnection } from './types.ts'

const BlockFilter = builder.inputRef<Filter>('BlockFilter').implement({
  description: 'Which blocks; everything given must hold.',
  fields: (t) => ({
    type: t.field({ type: StringFilter, description: 'By the slug of the type.' }),
    name: t.field({ type: StringFilter, description: 'By name within the type.' }),
  }),
})

builder.queryFields((t) => ({
  block: t.field({
    type: Block,
    nullable: true,
    description: 'A block by `id` or by `name`. Null when there is none.',
    args: { id: t.arg.id({ description: 'Its id or uuid.' }), name: t.arg.string({ description: 'Its full name: `type/name`.' }) },
    resolve: (_, { id, name }, context) => findBlock(context, { id: id == null ? null : decodeId('Block', id, ['id']), name: name ?? null }),
  }),
  blocks: t.field({
    type: BlockConnection,
    description: 'Blocks of the workspace, by type and name.',
    args: {
      ...pageArgs,
      filter: t.arg({ type: BlockFilter, description: 'Which; all when left out.' }),
    },
    complexity: pageCost,
    resolve: (_, { filter, ...page }, context, info) =>
      listBlocks(context, { filter: filter ?? null, page: pageOf(page), count: selects(info, 'totalCount', 'totalCountIsExact') }),
  }),
}))

const DATA = 'An object that fits the schema of the type, at most 64 KiB.'
const KEPT = '`********` for a secret keeps the one that is there.'

const CreateBlockInput = builder.inputType('CreateBlockInput', {
  description: 'A new block.',
  fields: (t) => ({
    type: t.string({ required: true, description: 'Slug of its type.' }),
    name: t.string({ required: true, description: 'Unique within its type: 1 to 100 of `a-z 0-9 - _`, a letter or digit first.' }),
    data: t.field({ type: 'JSON', required: true, description: DATA }),
    idempotencyKey: t.string({ description: IDEMPOTENCY_KEY_DESCRIPTION }),
  }),
})

const SaveBlockInput = builder.inputType('SaveBlockInput', {
  description: 'A block as it is to be.',
  fields: (t) => ({
    type: t.string({ required: true, description: 'Slug of its type.' }),
    name: t.string({
      required: true,
      description: 'Which of the type: 1 to 100 of `a-z 0-9 - _`, a letter or digit first. Made when it is not there.',
    }),
    data: t.field({ type: 'JSON', required: true, description: `${DATA} ${KEPT}` }),
  }),
})

const UpdateBlockInput = builder.inputType('UpdateBlockInput', {
  description: 'What is to be different about a block; what is left out stays as it is.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'Its id or uuid.' }),
    name: t.string({ description: 'Another name within its type.' }),
    data: t.field({ type: 'JSON', description: `Other data, as a whole. ${KEPT}` }),
  }),
})

const RevealBlockInput = builder.inputType('RevealBlockInput', {
  description: 'Which block is read in clear.',
  fields: (t) => ({ name: t.string({ required: true, description: 'Its full name: `type/name`.' }) }),
})

const DeleteBlockInput = deleteInput('DeleteBlockInput', 'block')
const DeleteBlockSuccess = deleteSuccess('DeleteBlockSuccess', 'block')

const success = (name: string, description: string) =>
  builder.objectRef<{ block: BlockRow }>(name).implement({
    description,
    fields: (t) => ({ block: t.field({ type: Block, description: 'As it is now.', resolve: ({ block }) => block }) }),
  })

const CreateBlockSuccess = success('CreateBlockSuccess', 'The block is there.')
const UpdateBlockSuccess = success('UpdateBlockSuccess', 'The block is as asked.')

const SaveBlockSuccess = builder.objectRef<{ block: BlockRow; created: boolean }>('SaveBlockSuccess').implement({
  description: 'The block is as asked.',
  fields: (t) => ({
    block: t.field({ type: Block, description: 'As it is now.', resolve: ({ block }) => block }),
    created: t.exposeBoolean('created', { description: 'Whether it is new.' }),
  }),
})

const RevealBlockSuccess = builder.objectRef<Revealed>('RevealBlockSuccess').implement({
  description: 'The block, in clear. Whoever has asked stands in the audit.',
  fields: (t) => ({
    blockId: t.id({ description: 'Opaque id of the block.', resolve: ({ id }) => encodeId('Block', id) }),
    name: t.exposeString('name', { description: 'Its full name: `type/name`.' }),
    data: t.field({ type: 'JSON', description: 'With its secrets. Keep it out of logs.', resolve: ({ data }) => data }),
    secretPlaces: t.exposeStringList('secretPlaces', { description: 'Where in the data secrets stand: JSON pointers such as `/password`.' }),
  }),
})

builder.mutationFields((t) => ({
  createBlock: t.field({
    type: CreateBlockSuccess,
    description: 'Makes a block. One of this name must not be there yet.',
    args: { input: t.arg({ type: CreateBlockInput, required: true, description: 'The new block.' }) },
    errors: { types: [Invalid, NotFound, Conflict], union: { name: 'CreateBlockResult', description: 'The block, or why not.' } },
    resolve: async (_, { input: { data = null, ...input } }, context) => ({ block: await createBlock(context, { ...input, data }) }),
  }),
  saveBlock: t.field({
    type: SaveBlockSuccess,
    description: 'Makes a block, or changes the one of this name. The same again changes nothing.',
    args: { input: t.arg({ type: SaveBlockInput, required: true, description: 'The block as it is to be.' }) },
    errors: { types: [Invalid, NotFound, Conflict], union: { name: 'SaveBlockResult', description: 'The block, or why not.' } },
    resolve: (_, { input: { data = null, ...input } }, context) => saveBlock(context, { ...input, data }),
  }),
  updateBlock: t.field({
    type: UpdateBlockSuccess,
    description: 'Gives a block another name, or other data.',
    args: { input: t.arg({ type: UpdateBlockInput, required: true, description: 'What is to be different.' }) },
    errors: { types: [Invalid, NotFound, Conflict], union: { name: 'UpdateBlockResult', description: 'The block, or why not.' } },
    resolve: async (_, { input }, context) => ({ block: await updateBlock(context, input) }),
  }),
  deleteBlock: t.field({
    type: DeleteBlockSuccess,
    description: 'Deletes a block. Runs that ask for it afterwards fail.',
    args: { input: t.arg({ type: DeleteBlockInput, required: true, description: 'Which one.' }) },
    errors: { types: [Invalid, NotFound], union: { name: 'DeleteBlockResult', description: 'What is gone, or why not.' } },
    resolve: async (_, { input }, context) => ({ deletedId: encodeId('Block', await deleteBlock(context, input)) }),
  }),
  revealBlock: t.field({
    type: RevealBlockSuccess,
    description:
      'Reads a block in clear, with its secrets: for runs, and for keys whose scopes name `blocks:reveal`. A mutation, because each reading is written into the audit.',
    args: { input: t.arg({ type: RevealBlockInput, required: true, description: 'Which one.' }) },
    errors: { types: [Invalid, NotFound, Conflict], union: { name: 'RevealBlockResult', description: 'The block, or why not.' } },
    resolve: (_, { input }, context) => revealBlock(context, input),
  }),
}))
