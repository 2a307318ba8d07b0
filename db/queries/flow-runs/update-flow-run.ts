/** What people may change of a run at any time. The SQL is the function `update_flow_run` of db/migrations. */
import { sql } from 'drizzle-orm'
import { jsonb, type Statement, sqlStatement } from '../../statement.ts'

/** What is left out stays as it is. */
export interface FlowRunLabels {
  name?: string
  tags?: string[]
}

/** Null when there is no such run; else whether anything differs from before. */
export const updateFlowRun = (id: string, change: FlowRunLabels): Statement<boolean | null> =>
  sqlStatement<{ changed: boolean | null }, boolean | null>(
    (workspaceId) => sql`select update_flow_run(${workspaceId}::uuid, ${id}::uuid, ${jsonb(change)}) as changed`,
    ([row]) => row?.changed ?? null,
  )
