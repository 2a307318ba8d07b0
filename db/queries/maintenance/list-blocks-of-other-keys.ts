/** Finds blocks, of any workspace, with secrets that another key than the present one has sealed. */
import { sql } from 'drizzle-orm'
import { type SystemStatement, sqlStatement, systemStatement, texts } from '../../statement.ts'
import { type BlockRow, type BlockSqlRow, blockOf } from '../blocks/find-blocks.ts'

/** Those of keys whose ids stand before and behind the present one's, each at most `limit`. */
export const listBlocksOfOtherKeys = (keyId: string, limit: number): SystemStatement<{ workspaceId: string; block: BlockRow }[]> =>
  systemStatement(
    sqlStatement<BlockSqlRow & { workspace_id: string }, { workspaceId: string; block: BlockRow }[]>(
      () => sql`
        (select ${columns} from blocks where key_ids <> '{}' and key_ids < ${texts([keyId])} order by key_ids limit ${limit})
        union all
        (select ${columns} from blocks where key_ids <> '{}' and key_ids > ${texts([keyId])} order by key_ids desc limit ${limit})`,
      (rows) => rows.map((row) => ({ workspaceId: row.workspace_id, block: blockOf(row) })),
    ),
  )

const columns = sql`workspace_id, id, type_slug, name, data, sealed, revision, created_at, updated_at, updated_by`
