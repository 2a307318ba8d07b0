import type { BlockRow, BlockTypeRow } from './documents.ts'

/** The shape of a block in `-o json`; stable. */
export const blockJson = (block: BlockRow) => ({
  id: block.uuid,
  name: block.fullName,
  type: block.typeSlug,
  data: block.data,
  createdAt: block.createdAt,
  updatedAt: block.updatedAt,
  updatedBy: block.updatedBy,
})

/** The shape of a type of blocks in `-o json`; stable. */
export const blockTypeJson = (type: BlockTypeRow) => ({
  id: type.uuid,
  slug: type.slug,
  name: type.name,
  description: type.description,
  logoUrl: type.logoUrl,
  schema: type.schema,
  secretFields: type.secretFields,
  isBuiltIn: type.isBuiltIn,
  updatedAt: type.updatedAt,
  updatedBy: type.updatedBy,
})
