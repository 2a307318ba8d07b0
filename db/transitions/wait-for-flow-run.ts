/** Notes that a run waits for another: until then it lends that one its slots. Once more with a later end prolongs it. */
import { sql } from 'drizzle-orm'
import { formatInstant, type Instant } from '../../core/instant.ts'
import { type Statement, sqlStatement } from '../statement.ts'

/** `until` null = for as long as it takes. */
export const waitForFlowRun = ({ flowRunId, waiterId, until }: { flowRunId: string; waiterId: string; until: Instant | null }): Statement<void> =>
  sqlStatement<Record<string, never>, void>(
    (workspaceId) => sql`
      insert into flow_run_waits (workspace_id, flow_run_id, waiter_id, until)
      values (${workspaceId}::uuid, ${flowRunId}::uuid, ${waiterId}::uuid, ${until === null ? 'infinity' : formatInstant(until)}::timestamptz)
      on conflict (workspace_id, flow_run_id, waiter_id) do update set until = greatest(flow_run_waits.until, excluded.until)`,
    () => undefined,
  )
