/** How flows are found: one by id or name, and page by page. */
import { countFlows, type FlowFilter, type FlowRow, findFlowByName, listFlows as listRows } from '../../db/queries/flows/find-flows.ts'
import type { Page } from '../../db/queries/page.ts'
import type { ConnectionValue } from '../connection.ts'
import type { Context } from '../context.ts'
import { Invalid } from '../errors.ts'
import { permit } from '../permissions.ts'
import { flowLoader } from './types.ts'

/** A flow by id or by name; null when there is none. Throws Invalid unless exactly one is given. */
export async function findFlow(context: Context, { id, name }: { id: string | null; name: string | null }): Promise<FlowRow | null> {
  permit(context.actor, 'flows:read')
  if (id !== null && name === null) return context.reader.load(flowLoader, id)
  if (name === null || id !== null) throw new Invalid([{ path: ['name'], message: 'expected either `id` or `name`', expected: 'one of them' }])
  return context.reader.run(findFlowByName(name))
}

/** A page of the workspace's flows, by name. */
export async function listFlows(
  context: Context,
  { filter, page, count }: { filter: FlowFilter | null; page: Page; count: boolean },
): Promise<ConnectionValue<FlowRow>> {
  permit(context.actor, 'flows:read')
  const rows = context.reader.run(listRows({ filter, page }))
  return { count: count ? context.reader.run(countFlows(filter)) : null, page: await rows }
}
