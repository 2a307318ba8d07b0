/** The list of named limits. */
import {
  type ConcurrencyLimitFilter,
  type ConcurrencyLimitRow,
  countConcurrencyLimits,
  listConcurrencyLimits as listRows,
} from '../../db/queries/concurrency-limits/find-concurrency-limits.ts'
import type { Page } from '../../db/queries/page.ts'
import type { ConnectionValue } from '../connection.ts'
import type { Context } from '../context.ts'
import { permit } from '../permissions.ts'

/** A page of the workspace's limits, by name. */
export async function listConcurrencyLimits(
  context: Context,
  { filter, page, count }: { filter: ConcurrencyLimitFilter | null; page: Page; count: boolean },
): Promise<ConnectionValue<ConcurrencyLimitRow>> {
  permit(context.actor, 'concurrency-limits:read')
  const rows = context.reader.run(listRows({ filter, page }))
  return { count: count ? context.reader.run(countConcurrencyLimits(filter)) : null, page: await rows }
}
