/** The list of work pools. Pages and counts are read separately, so that nobody pays for a count that is not asked for. */
import type { Page } from '../../db/queries/page.ts'
import { countWorkPools, listWorkPools as listRows, type WorkPoolRow } from '../../db/queries/work-pools/find-work-pools.ts'
import type { ConnectionValue } from '../connection.ts'
import type { Context } from '../context.ts'
import { permit } from '../permissions.ts'

/** A page of the workspace's pools, oldest first. */
export async function listWorkPools(context: Context, { page, count }: { page: Page; count: boolean }): Promise<ConnectionValue<WorkPoolRow>> {
  permit(context.actor, 'work-pools:read')
  const rows = context.reader.run(listRows(page))
  return { count: count ? context.reader.run(countWorkPools()) : null, page: await rows }
}
