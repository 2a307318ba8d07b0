/** Reads the runs that `core/late.ts` is asked about. */
import { sql } from 'drizzle-orm'
import { type RawRow, type Statement, sqlStatement } from '../../statement.ts'
import { type FlowRunFactsRow, flowRunFactsColumns, flowRunFactsOf } from './flow-run-facts.ts'
import type { FlowRunFacts } from '../../../core/flow-run.ts'

/** Runs of a pool that have been due for so many milliseconds, that nobody has taken, and that do not say `Late` yet. */
export const listLateFlowRuns = ({
  workPoolId,
  lateAfter,
  limit,
}: {
  workPoolId: string
  lateAfter: number
  limit: number
}): Statement<FlowRunFacts[]> =>
  sqlStatement<RawRow & FlowRunFactsRow, FlowRunFacts[]>(
    (workspaceId) => sql`
      select ${flowRunFactsColumns()} from flow_runs
      where workspace_id = ${workspaceId}::uuid and work_pool_id = ${workPoolId}::uuid and state_type = 'SCHEDULED' and holder_kind is null
        and state_name = 'Scheduled' and scheduled_time < now() - ${lateAfter}::float8 * interval '1 millisecond'
      limit ${limit}::int`,
    (rows) => rows.map(flowRunFactsOf),
  )
