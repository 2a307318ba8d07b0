/** Writes and deletes blocks. What is secret in them comes sealed. The SQL of the first is the function `save_block` of db/migrations. */
import { sql } from 'drizzle-orm'
import { BLOCKS_TOPIC } from '../../../core/topics.ts'
import type { JsonObject } from '../../../core/json-value.ts'
import { jsonb, type Statement, sqlStatement } from '../../statement.ts'
import type { Deed } from '../audit-rows/deed.ts'
import { namedDeed } from '../audit-rows/subject-name.ts'

interface SaveBlock {
  id: string
  typeSlug: string
  /** The type is no row. */
  isBuiltIn: boolean
  name: string
  data: JsonObject
  sealed: Record<string, string>
  keyIds: readonly string[]
  by: string
  /** Of what the writer has read; null = there was none. */
  revision: number | null
}

/** `taken`: another block has the name; `raced`: it is not what the writer has read any more. */
export type SaveBlockOutcome = 'created' | 'changed' | 'taken' | 'raced' | 'no-type'

/** `deed` null: it says the same as before, only sealed anew. */
export const saveBlock = (block: SaveBlock, deed: Deed | null): Statement<SaveBlockOutcome> =>
  sqlStatement<{ outcome: SaveBlockOutcome }, SaveBlockOutcome>(
    (workspaceId) => {
      const { typeSlug, isBuiltIn, keyIds, ...given } = block
      const payload = { ...given, type_slug: typeSlug, is_built_in: isBuiltIn, key_ids: keyIds, ...(deed === null ? {} : { deed }) }
      return sql`select save_block(${workspaceId}::uuid, ${jsonb(payload)}) as outcome`
    },
    ([row]) => (row as { outcome: SaveBlockOutcome }).outcome,
  )

/** False when there is no such block. */
export const deleteBlock = (id: string, deed: Deed): Statement<boolean> =>
  sqlStatement<{ id: string }, boolean>(
    (workspaceId) => sql`
      with deleted as (
        delete from blocks where workspace_id = ${workspaceId}::uuid and id = ${id}::uuid returning id
      ), told as (
        insert into changes (workspace_id, topic, changed) select ${workspaceId}::uuid, ${BLOCKS_TOPIC}, '{}' from deleted
      ), noted as (
        select note_deed(${workspaceId}::uuid, ${namedDeed(deed, 'blocks', workspaceId, id)}, id::text) from deleted
      )
      select id, (select count(*) from noted) from deleted`,
    (rows) => rows.length === 1,
  )
