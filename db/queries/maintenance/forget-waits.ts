/** Removes waits of all workspaces that lend nothing any more. */
import { sql } from 'drizzle-orm'
import { type SystemStatement, sqlStatement, systemStatement } from '../../statement.ts'

/** Forgets waits that are over: their time has passed, or the waiter holds nothing, or the run that is waited for has ended. Answers how many. */
export const forgetWaits = (): SystemStatement<number> =>
  systemStatement(
    sqlStatement<{ waiter_id: string }, number>(
      () => sql`
        delete from flow_run_waits w
        where w.until < now()
          or not exists (select 1 from flow_runs r where r.workspace_id = w.workspace_id and r.id = w.waiter_id and r.holder_kind is not null)
          or exists (select 1 from flow_runs r where r.workspace_id = w.workspace_id and r.id = w.flow_run_id and r.end_time is not null)
        returning w.waiter_id`,
      (rows) => rows.length,
    ),
  )
