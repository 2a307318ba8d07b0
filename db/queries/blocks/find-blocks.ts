/** Reads blocks by id, by name, and page by page in the order of their types and names. Secrets are sealed wherever these are. */
import { type SQL, sql } from 'drizzle-orm'
import { type BlockName, isBlockName } from '../../../core/blocks/names.ts'
import type { Instant } from '../../../core/instant.ts'
import type { JsonObject } from '../../../core/json-value.ts'
import { instantOf, jsonb, type RawRow, type Statement, sqlStatement, uuids } from '../../statement.ts'
import type { Deed } from '../audit-rows/deed.ts'
import { type StringFilter, textConditions } from '../flow-runs/flow-run-filter.ts'
import { COUNTED_TO, type Count, countOf, type Keyset, type Page, pageClauses, type Rows, rowsOf } from '../page.ts'

export interface BlockRow {
  id: string
  typeSlug: string
  name: string
  /** `********` stands where a value is sealed. */
  data: JsonObject
  /** JSON pointer to sealed text. */
  sealed: Record<string, string>
  revision: number
  createdAt: Instant
  updatedAt: Instant
  /** Null when that is not known. */
  updatedBy: string | null
}

export interface BlockFilter {
  /** Slug of its type. */
  type?: StringFilter | null
  name?: StringFilter | null
}

/** By id, in any order. */
export const findBlocks = (ids: readonly string[]): Statement<BlockRow[]> =>
  sqlStatement<BlockSqlRow, BlockRow[]>(
    (workspaceId) => sql`select ${columns} from blocks where workspace_id = ${workspaceId}::uuid and id = any(${uuids(ids)})`,
    (rows) => rows.map(blockOf),
  )

export const findBlockByName = ({ type, name }: BlockName): Statement<BlockRow | null> =>
  sqlStatement<BlockSqlRow, BlockRow | null>(
    (workspaceId) => sql`select ${columns} from blocks where workspace_id = ${workspaceId}::uuid and type_slug = ${type} and name = ${name}`,
    ([row]) => (row ? blockOf(row) : null),
  )

/**
 * A block that somebody reads in clear: the audit has it before the answer is there. `holder`: the run that reads, under its epoch; where the run is under
 * another one, it counts as nobody, and there is no block.
 */
export const revealBlock = (
  { type, name }: BlockName,
  holder: { flowRunId: string; epoch: number } | null,
  deed: Deed,
): Statement<{ block: BlockRow | null; isHeld: boolean }> =>
  sqlStatement<BlockSqlRow & { is_held: boolean }, { block: BlockRow | null; isHeld: boolean }>(
    (workspaceId) => sql`
      with holder as (
        select ${
          holder === null
            ? sql`true`
            : sql`exists (select from flow_runs where workspace_id = ${workspaceId}::uuid and id = ${holder.flowRunId}::uuid and epoch = ${holder.epoch})`
        } as is_held
      ), found as (
        select ${columns} from blocks where workspace_id = ${workspaceId}::uuid and type_slug = ${type} and name = ${name} and (select is_held from holder)
      ), noted as (
        select note_deed(${workspaceId}::uuid, ${jsonb(deed)}, id::text) from found
      )
      select is_held, found.*, (select count(*) from noted) from holder left join found on true`,
    ([row]) => ({ block: row?.id ? blockOf(row) : null, isHeld: row?.is_held ?? false }),
  )

/** Blocks of a type after one of them, by id: for looking at all of them, a few at a time. */
export const listBlocksOfType = (typeSlug: string, after: string | null, limit: number): Statement<BlockRow[]> =>
  sqlStatement<BlockSqlRow, BlockRow[]>(
    (workspaceId) => sql`
      select ${columns} from blocks
      where workspace_id = ${workspaceId}::uuid and type_slug = ${typeSlug} and (${after}::uuid is null or id > ${after}::uuid)
      order by id limit ${limit}`,
    (rows) => rows.map(blockOf),
  )

const keyset: Keyset = {
  name: 'BLOCKS',
  direction: 'asc',
  columns: [
    { expression: sql`type_slug`, type: 'text', isValid: isBlockName },
    { expression: sql`name`, type: 'text', isValid: isBlockName },
  ],
}

/** By type and name. Throws BadCursor. */
export function listBlocks({ filter, page }: { filter?: BlockFilter | null; page: Page }): Statement<Rows<BlockRow>> {
  const { where, orderAndLimit, key } = pageClauses(keyset, page)
  return sqlStatement<BlockSqlRow & { key: string[] }, Rows<BlockRow>>(
    (workspaceId) =>
      sql`select ${columns}, ${key} as key from blocks where workspace_id = ${workspaceId}::uuid and ${condition(filter)}${where}${orderAndLimit}`,
    (rows) => rowsOf(keyset, page, rows, blockOf),
  )
}

/** Exact to 10,000. */
export const countBlocks = (filter?: BlockFilter | null): Statement<Count> =>
  sqlStatement<{ counted: number }, Count>(
    (workspaceId) => sql`
      select count(*)::int as counted from (
        select 1 from blocks where workspace_id = ${workspaceId}::uuid and ${condition(filter)} limit ${COUNTED_TO + 1}
      ) counted`,
    ([row]) => countOf(row?.counted ?? 0),
  )

function condition(filter?: BlockFilter | null): SQL {
  const { type, name } = filter ?? {}
  const conditions = [...textConditions(sql`type_slug`, type), ...textConditions(sql`name`, name)]
  return conditions.length === 0 ? sql`true` : sql`(${sql.join(conditions, sql` and `)})`
}

const columns = sql`id, type_slug, name, data, sealed, revision, created_at, updated_at, updated_by`

export interface BlockSqlRow extends RawRow {
  id: string
  type_slug: string
  name: string
  data: JsonObject
  sealed: Record<string, string>
  revision: number
  created_at: string
  updated_at: string
  updated_by: string | null
}

export const blockOf = (row: BlockSqlRow): BlockRow => ({
  id: row.id,
  typeSlug: row.type_slug,
  name: row.name,
  data: row.data,
  sealed: row.sealed,
  revision: row.revision,
  createdAt: instantOf(row.created_at),
  updatedAt: instantOf(row.updated_at),
  updatedBy: row.updated_by,
})
