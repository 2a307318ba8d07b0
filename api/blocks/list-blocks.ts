/** The list of blocks. */
import type { Page } from '../../db/queries/page.ts'
import { type BlockFilter, type BlockRow, countBlocks, listBlocks as listRows } from '../../db/queries/blocks/find-blocks.ts'
import type { ConnectionValue } from '../connection.ts'
import type { Context } from '../context.ts'
import { permit } from '../permissions.ts'

/** A page of the workspace's blocks, by type and name. */
export async function listBlocks(
  context: Context,
  { filter, page, count }: { filter: BlockFilter | null; page: Page; count: boolean },
): Promise<ConnectionValue<BlockRow>> {
  permit(context.actor, 'blocks:read')
  const rows = context.reader.run(listRows({ filter, page }))
  return { count: count ? context.reader.run(countBlocks(filter)) : null, page: await rows }
}
