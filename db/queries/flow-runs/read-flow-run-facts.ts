/** Reads what `core/` decides with, in one answer with the database's clock. */
import { sql } from 'drizzle-orm'
import type { FlowRunFacts } from '../../../core/flow-run.ts'
import type { Instant } from '../../../core/instant.ts'
import { isOneOf, instantOf, instantOrNull, type RawRow, type Statement, sqlStatement } from '../../statement.ts'
import { type FlowRunFactsRow, flowRunFactsColumns, flowRunFactsOf } from './flow-run-facts.ts'

interface FlowRunsToDecide {
  /** The database's clock. */
  now: Instant
  /** By id. A run that is missing does not exist in this workspace. */
  runs: Map<string, RunToDecide>
}

export interface RunToDecide {
  facts: FlowRunFacts
  /** Somebody looks at it until then. */
  watchedUntil: Instant | null
}

/** What a decision about these runs starts from. */
export const readFlowRunFacts = (ids: readonly string[]): Statement<FlowRunsToDecide> =>
  sqlStatement<RawRow & FlowRunFactsRow & { now: string; watched_until: string | null; found: boolean }, FlowRunsToDecide>(
    (workspaceId) => sql`
      select clock.now, flow_runs.id is not null as found, flow_runs.watched_until, ${flowRunFactsColumns()}
      from (select clock_timestamp() as now) clock
      left join flow_runs on flow_runs.workspace_id = ${workspaceId}::uuid and ${isOneOf(sql`flow_runs.id`, ids)}`,
    (rows) => ({
      now: instantOf(rows[0]?.now),
      runs: new Map(
        rows.filter((row) => row.found).map((row) => [row.id, { facts: flowRunFactsOf(row), watchedUntil: instantOrNull(row.watched_until) }]),
      ),
    }),
  )
