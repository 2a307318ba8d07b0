/** The types of blocks and of their types. */
import { formatBlockName } from '../../core/blocks/names.ts'
import { secretFields } from '../../core/blocks/secret-places.ts'
import type { BlockRow } from '../../db/queries/blocks/find-blocks.ts'
import { blockTypeOf, type BlockTypeValue, blockTypeWithId } from '../block-types/find-block-type.ts'
import { builder } from '../builder.ts'
import { connectionOf } from '../connection.ts'
import { encodeId, findNodesOf, NodeInterface } from '../node.ts'
import { permit } from '../permissions.ts'
import { blockLoader } from './find-block.ts'
import { hideSecrets } from './open-block.ts'

export const BlockType = builder.objectRef<BlockTypeValue>('BlockType').implement({
  description: 'What blocks of this type have, and which of their fields are secret.',
  interfaces: [NodeInterface],
  fields: (t) => ({
    id: t.id({ description: 'Opaque id.', resolve: (type) => encodeId('BlockType', type.id) }),
    uuid: t.exposeString('id', { description: 'Raw id.' }),
    slug: t.exposeString('slug', {
      description: "Unique in the workspace: 1 to 100 of `a-z 0-9 - _`, a letter or digit first. The first half of a block's name.",
    }),
    name: t.exposeString('name', { description: 'For people.' }),
    description: t.exposeString('description', { nullable: true, description: 'What it is for. Null when nobody said.' }),
    logoUrl: t.exposeString('logoUrl', { nullable: true, description: 'A picture, by its https address. Null when there is none.' }),
    schema: t.field({
      type: 'JSONSchema',
      description: 'JSON Schema of the data. `writeOnly: true` marks a secret field.',
      resolve: (type) => type.schema,
    }),
    secretFields: t.stringList({
      description: 'Fields that are secret, for example `password` and `tokens.*`.',
      resolve: (type) => secretFields(type.schema),
    }),
    isBuiltIn: t.exposeBoolean('isBuiltIn', { description: 'Every workspace has it; it cannot be changed or deleted.' }),
    createdAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it was registered. Null when it is built in.',
      resolve: (type) => type.createdAt,
    }),
    updatedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it last changed. Null when it is built in.',
      resolve: (type) => type.updatedAt,
    }),
    updatedBy: t.exposeString('updatedBy', { nullable: true, description: 'Who last registered it. Null when it is built in.' }),
  }),
})

export const Block = builder.objectRef<BlockRow>('Block').implement({
  description: 'Named settings of a type that runs read. Secrets in it can be set and not read: only runs get them.',
  interfaces: [NodeInterface],
  fields: (t) => ({
    id: t.id({ description: 'Opaque id.', resolve: (block) => encodeId('Block', block.id) }),
    uuid: t.exposeString('id', { description: 'Raw id.' }),
    name: t.exposeString('name', { description: 'Unique within its type: 1 to 100 of `a-z 0-9 - _`, a letter or digit first.' }),
    fullName: t.string({
      description: 'How it is named elsewhere: `type/name`.',
      resolve: ({ typeSlug, name }) => formatBlockName({ type: typeSlug, name }),
    }),
    typeSlug: t.exposeString('typeSlug', { description: 'Slug of its type.' }),
    type: t.field({
      type: BlockType,
      nullable: true,
      description: 'Its type. Null only for the moment in which it is deleted.',
      resolve: (block, _, context) => blockTypeOf(context, block.typeSlug),
    }),
    data: t.field({
      type: 'JSON',
      description: '`********` stands where a value is secret.',
      resolve: async (block, _, context) => hideSecrets(block, (await blockTypeOf(context, block.typeSlug))?.schema ?? null),
    }),
    createdAt: t.field({ type: 'DateTime', description: 'When it was made.', resolve: (block) => block.createdAt }),
    updatedAt: t.field({ type: 'DateTime', description: 'When it last changed.', resolve: (block) => block.updatedAt }),
    updatedBy: t.exposeString('updatedBy', { nullable: true, description: 'Who last changed it. Null when that is not known.' }),
  }),
})

export const BlockConnection = connectionOf<BlockRow>('Block', Block, 'blocks')

findNodesOf('Block', async (context, uuid) => {
  permit(context.actor, 'blocks:read')
  return context.reader.load(blockLoader, uuid)
})

findNodesOf('BlockType', async (context, uuid) => {
  permit(context.actor, 'block-types:read')
  return blockTypeWithId(context, uuid)
})
