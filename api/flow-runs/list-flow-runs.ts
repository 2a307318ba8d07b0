/** The list of flow runs, filtered and ordered. Pages and counts are read separately, so that nobody pays for a count that is not asked for. */
import type { FlowRunFilter, FlowRunOrder } from '../../db/queries/flow-runs/flow-run-filter.ts'
import type { FlowRunRow } from '../../db/queries/flow-runs/flow-run-row.ts'
import { countFlowRuns, listFlowRuns as listRows } from '../../db/queries/flow-runs/list-flow-runs.ts'
import type { Page } from '../../db/queries/page.ts'
import type { ConnectionValue } from '../connection.ts'
import type { Context } from '../context.ts'
import { permit } from '../permissions.ts'

/** A page of the workspace's flow runs; `count` when somebody wants to know how many there are. */
export async function listFlowRuns(
  context: Context,
  { filter, order, page, count }: { filter: FlowRunFilter | null; order: FlowRunOrder; page: Page; count: boolean },
): Promise<ConnectionValue<FlowRunRow>> {
  permit(context.actor, 'flow-runs:list')
  const rows = context.reader.run(listRows({ filter, order, page }))
  return { count: count ? context.reader.run(countFlowRuns(filter)) : null, page: await rows }
}
