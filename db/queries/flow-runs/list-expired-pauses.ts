/** Runs of all workspaces that waited for a person for too long. */
import { sql } from 'drizzle-orm'
import type { FlowRunFacts } from '../../../core/flow-run.ts'
import { type RawRow, type SystemStatement, sqlStatement, systemStatement } from '../../statement.ts'
import { type FlowRunFactsRow, flowRunFactsColumns, flowRunFactsOf } from './flow-run-facts.ts'

/** PAUSED past its deadline, and nobody holds it; at most `limit`, the longest overdue first. */
export const listExpiredPauses = ({ limit }: { limit: number }): SystemStatement<FlowRunFacts[]> =>
  systemStatement(
    sqlStatement<RawRow & FlowRunFactsRow, FlowRunFacts[]>(
      () => sql`
        select ${flowRunFactsColumns()} from flow_runs
        where flow_runs.state_type = 'PAUSED' and flow_runs.holder_kind is null
          and (flow_runs.state_details ->> 'pauseUntil')::float8 < extract(epoch from now())::float8 * 1000
        order by (flow_runs.state_details ->> 'pauseUntil')::float8 limit ${limit}::int`,
      (rows) => rows.map(flowRunFactsOf),
    ),
  )
