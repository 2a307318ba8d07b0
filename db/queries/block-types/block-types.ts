/** Types of blocks that people have registered: found, listed, registered, deleted. The SQL of the last two is functions of db/migrations. */
import { sql } from 'drizzle-orm'
import type { Instant } from '../../../core/instant.ts'
import type { JsonObject } from '../../../core/json-value.ts'
import { schemaForRecord, schemaOfRecord } from '../../name-order.ts'
import { instantOf, jsonb, type RawRow, type Statement, sqlStatement, uuids } from '../../statement.ts'
import type { Deed } from '../audit-rows/deed.ts'
import { namedDeed } from '../audit-rows/subject-name.ts'

export interface BlockTypeRow {
  id: string
  slug: string
  name: string
  description: string | null
  logoUrl: string | null
  schema: JsonObject
  createdAt: Instant
  updatedAt: Instant
  updatedBy: string | null
}

/** By id, in any order. */
export const findBlockTypes = (ids: readonly string[]): Statement<BlockTypeRow[]> =>
  sqlStatement<BlockTypeSqlRow, BlockTypeRow[]>(
    (workspaceId) => sql`select ${columns} from block_types where workspace_id = ${workspaceId}::uuid and id = any(${uuids(ids)})`,
    (rows) => rows.map(blockTypeOf),
  )

export const findBlockTypeBySlug = (slug: string): Statement<BlockTypeRow | null> =>
  sqlStatement<BlockTypeSqlRow, BlockTypeRow | null>(
    (workspaceId) => sql`select ${columns} from block_types where workspace_id = ${workspaceId}::uuid and slug = ${slug}`,
    ([row]) => (row ? blockTypeOf(row) : null),
  )

/** All of them, by slug; a workspace has few. */
export const listBlockTypes = (): Statement<BlockTypeRow[]> =>
  sqlStatement<BlockTypeSqlRow, BlockTypeRow[]>(
    (workspaceId) => sql`select ${columns} from block_types where workspace_id = ${workspaceId}::uuid order by slug`,
    (rows) => rows.map(blockTypeOf),
  )

/** Whoever registers, `id`: for a new one. */
type RegisterBlockType = Pick<BlockTypeRow, 'id' | 'slug' | 'name' | 'description' | 'logoUrl' | 'schema'> & { by: string; max: number }

/** `full`: there are `max` types already. The id is null then. */
export type RegisterOutcome = 'created' | 'changed' | 'unchanged' | 'full'

export const registerBlockType = ({ logoUrl, ...given }: RegisterBlockType, deed: Deed): Statement<{ outcome: RegisterOutcome; id: string | null }> =>
  sqlStatement<{ outcome: RegisterOutcome; type_id: string | null }, { outcome: RegisterOutcome; id: string | null }>(
    (workspaceId) =>
      sql`select outcome, type_id from register_block_type(${workspaceId}::uuid, ${jsonb({ ...given, schema: schemaForRecord(given.schema), logo_url: logoUrl, deed })})`,
    ([row]) => ({ outcome: row?.outcome as RegisterOutcome, id: row?.type_id ?? null }),
  )

/** Null when there is no such type; above 0: so many blocks of it are there (10,000 = or more), and nothing was deleted. */
export const deleteBlockType = (id: string, deed: Deed): Statement<number | null> =>
  sqlStatement<{ in_the_way: number | null }, number | null>(
    (workspaceId) =>
      sql`select delete_block_type(${workspaceId}::uuid, ${id}::uuid, ${namedDeed(deed, 'block-types', workspaceId, id)}) as in_the_way`,
    ([row]) => row?.in_the_way ?? null,
  )

const columns = sql`id, slug, name, description, logo_url, schema, created_at, updated_at, updated_by`

interface BlockTypeSqlRow extends RawRow {
  id: string
  slug: string
  name: string
  description: string | null
  logo_url: string | null
  schema: JsonObject
  created_at: string
  updated_at: string
  updated_by: string | null
}

const blockTypeOf = (row: BlockTypeSqlRow): BlockTypeRow => ({
  id: row.id,
  slug: row.slug,
  name: row.name,
  description: row.description,
  logoUrl: row.logo_url,
  schema: schemaOfRecord(row.schema),
  createdAt: instantOf(row.created_at),
  updatedAt: instantOf(row.updated_at),
  updatedBy: row.updated_by,
})
