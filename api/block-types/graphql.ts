/** Doors of types of blocks. */
import type { JsonObject } from '../../core/json-value.ts'
import { BlockType } from '../blocks/types.ts'
import { builder } from '../builder.ts'
import { Conflict, Invalid, LimitExceeded, NotFound } from '../errors.ts'
import { decodeId, encodeId } from '../node.ts'
import { deleteInput, deleteSuccess } from '../removal.ts'
import { deleteBlockType } from './delete-block-type.ts'
import { type BlockTypeValue, findBlockType, listBlockTypes } from './find-block-type.ts'
import { registerBlockType } from './register-block-type.ts'

builder.queryFields((t) => ({
  blockType: t.field({
    type: BlockType,
    nullable: true,
    description: 'A type of blocks by `id` or by `slug`. Null when there is none.',
    args: { id: t.arg.id({ description: 'Its id or uuid.' }), slug: t.arg.string({ description: 'Its slug.' }) },
    resolve: (_, { id, slug }, context) => findBlockType(context, { id: id == null ? null : decodeId('BlockType', id, ['id']), slug: slug ?? null }),
  }),
  blockTypes: t.field({
    type: [BlockType],
    description: 'All types of blocks, by slug: those that every workspace has, and those that were registered (at most 500).',
    complexity: 50,
    resolve: (_, __, context) => listBlockTypes(context),
  }),
}))

const RegisterBlockTypeInput = builder.inputType('RegisterBlockTypeInput', {
  description: 'A type of blocks as it is to be.',
  fields: (t) => ({
    slug: t.string({ required: true, description: 'Which: 1 to 100 of `a-z 0-9 - _`, a letter or digit first. Made when it is not there.' }),
    name: t.string({ description: 'For people; the slug when left out.' }),
    description: t.string({ description: 'What it is for, at most 10,000 characters; none when left out.' }),
    logoUrl: t.string({ description: 'A picture, by its https address; none when left out.' }),
    schema: t.field({
      type: 'JSONSchema',
      required: true,
      description: 'JSON Schema of an object, at most 64 KiB. `writeOnly: true` marks a secret field: `{ "type": "string", "writeOnly": true }`.',
    }),
  }),
})

const RegisterBlockTypeSuccess = builder.objectRef<{ blockType: BlockTypeValue; created: boolean }>('RegisterBlockTypeSuccess').implement({
  description: 'The type is as asked.',
  fields: (t) => ({
    blockType: t.field({ type: BlockType, description: 'As it is now.', resolve: ({ blockType }) => blockType }),
    created: t.exposeBoolean('created', { description: 'Whether it is new.' }),
  }),
})

const DeleteBlockTypeInput = deleteInput('DeleteBlockTypeInput', 'type of blocks')
const DeleteBlockTypeSuccess = deleteSuccess('DeleteBlockTypeSuccess', 'type of blocks')

builder.mutationFields((t) => ({
  registerBlockType: t.field({
    type: RegisterBlockTypeSuccess,
    description: 'Makes a type of blocks, or changes the one of this slug. What becomes secret by it is sealed in the blocks that are there.',
    args: { input: t.arg({ type: RegisterBlockTypeInput, required: true, description: 'The type as it is to be.' }) },
    errors: { types: [Invalid, LimitExceeded, Conflict], union: { name: 'RegisterBlockTypeResult', description: 'The type, or why not.' } },
    resolve: (_, { input }, context) => registerBlockType(context, { ...input, schema: input.schema as JsonObject | boolean }),
  }),
  deleteBlockType: t.field({
    type: DeleteBlockTypeSuccess,
    description: 'Deletes a type that no block is of.',
    args: { input: t.arg({ type: DeleteBlockTypeInput, required: true, description: 'Which one.' }) },
    errors: { types: [Invalid, NotFound, Conflict], union: { name: 'DeleteBlockTypeResult', description: 'What is gone, or why not.' } },
    resolve: async (_, { input }, context) => ({ deletedId: encodeId('BlockType', await deleteBlockType(context, input)) }),
  }),
}))
