/** A type of blocks, wherever it comes from: one that every workspace has, or one that was registered. */
import { type BuiltInBlockType, builtInBlockTypes } from '../../core/blocks/built-in-types.ts'
import type { Instant } from '../../core/instant.ts'
import type { JsonObject } from '../../core/json-value.ts'
import { type BlockTypeRow, findBlockTypeBySlug, findBlockTypes, listBlockTypes as listRows } from '../../db/queries/block-types/block-types.ts'
import type { Context } from '../context.ts'
import { Invalid } from '../errors.ts'
import { permit } from '../permissions.ts'
import { loader } from '../reader.ts'

export interface BlockTypeValue {
  id: string
  slug: string
  name: string
  description: string | null
  logoUrl: string | null
  schema: JsonObject
  isBuiltIn: boolean
  /** Null for built-in ones. */
  createdAt: Instant | null
  updatedAt: Instant | null
  updatedBy: string | null
}

/** Registered ones by id. */
export const blockTypeLoader = loader(findBlockTypes, (type: BlockTypeRow) => type.id)

const ofRow = (row: BlockTypeRow): BlockTypeValue => ({ ...row, isBuiltIn: false })

const ofBuiltIn = (type: BuiltInBlockType): BlockTypeValue => ({
  ...type,
  logoUrl: null,
  isBuiltIn: true,
  createdAt: null,
  updatedAt: null,
  updatedBy: null,
})

/** By slug; null when there is none. Asks for no permission. */
export async function blockTypeOf(context: Pick<Context, 'reader'>, slug: string): Promise<BlockTypeValue | null> {
  const builtIn = builtInBlockTypes.get(slug)
  if (builtIn) return ofBuiltIn(builtIn)
  const row = await context.reader.run(findBlockTypeBySlug(slug))
  return row && ofRow(row)
}

/** By id; null when there is none. Asks for no permission. */
export async function blockTypeWithId(context: Pick<Context, 'reader'>, id: string): Promise<BlockTypeValue | null> {
  for (const type of builtInBlockTypes.values()) if (type.id === id) return ofBuiltIn(type)
  const row = await context.reader.load(blockTypeLoader, id)
  return row && ofRow(row)
}

/** By id or by slug; null when there is none. Throws Invalid unless exactly one is given. */
export async function findBlockType(context: Context, { id, slug }: { id: string | null; slug: string | null }): Promise<BlockTypeValue | null> {
  permit(context.actor, 'block-types:read')
  if (id !== null && slug === null) return blockTypeWithId(context, id)
  if (slug === null || id !== null) throw new Invalid([{ path: ['slug'], message: 'expected either `id` or `slug`', expected: 'one of them' }])
  return blockTypeOf(context, slug)
}

/** All of them, by slug. */
export async function listBlockTypes(context: Context): Promise<BlockTypeValue[]> {
  permit(context.actor, 'block-types:read')
  const rows = await context.reader.run(listRows())
  return [...[...builtInBlockTypes.values()].map(ofBuiltIn), ...rows.map(ofRow)].sort((a, b) => (a.slug < b.slug ? -1 : 1))
}
