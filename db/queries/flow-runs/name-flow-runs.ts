/** Gives runs the names that their flows make for them. */
import { sql } from 'drizzle-orm'
import { jsonb, type Statement, sqlStatement } from '../../statement.ts'

/** The name that report `n` of this epoch brought. */
export interface ReportedName {
  flowRunId: string
  epoch: number
  n: number
  name: string
}

/** For after the reports' own statement, in its transaction: a run whose row that did not write keeps its name. */
export const nameFlowRuns = (names: readonly ReportedName[]): Statement<void> =>
  sqlStatement(
    (workspaceId) => sql`
      update flow_runs set name = given.name
      from jsonb_to_recordset(${jsonb(names)}) as given ("flowRunId" uuid, epoch int, n int, name text)
      where flow_runs.workspace_id = ${workspaceId}::uuid and flow_runs.id = given."flowRunId" and flow_runs.epoch = given.epoch and flow_runs.last_n = given.n`,
    () => undefined,
  )
