/** The audit of a change that is decided before it is written: noted only where the row is still what the decision saw, and locked until the change is written. */
import { sql } from 'drizzle-orm'
import type { Change } from '../../../core/change.ts'
import { jsonb, type Statement, sqlStatement } from '../../statement.ts'
import type { Deed } from './deed.ts'

/** To stand in front of the change, in the same batch. */
export const noteForcedState = (flowRunId: string, { stateId, epoch }: Change['guard'], deed: Deed): Statement<void> =>
  sqlStatement<Record<string, never>, void>(
    (workspaceId) => sql`
      insert into audit_rows (workspace_id, id, occurred_at, actor, action, subject, details)
      select ${workspaceId}::uuid, ${deed.id}::uuid, now(), ${deed.actor}, ${deed.action}, ${flowRunId}, ${jsonb(deed.details)}
      from (
        select 1 from flow_runs
        where workspace_id = ${workspaceId}::uuid and id = ${flowRunId}::uuid and state_id = ${stateId}::uuid and epoch = ${epoch}::int
        for no key update
      ) unchanged`,
    () => undefined,
  )
