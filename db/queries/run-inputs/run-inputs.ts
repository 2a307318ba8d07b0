/** What runs were given: stored under the guard of the change that goes with it, sent, taken once, listed. The SQL of two of them is functions of db/migrations. */
import { sql } from 'drizzle-orm'
import { and, asc, eq } from 'drizzle-orm'
import type { Change } from '../../../core/change.ts'
import type { Instant } from '../../../core/instant.ts'
import type { JsonValue } from '../../../core/json-value.ts'
import { runInputs } from '../../schema/index.ts'
import { instantOf, instantOrNull, jsonb, type Statement, sqlStatement, statement } from '../../statement.ts'

export interface RunInputRow {
  id: string
  flowRunId: string
  kind: 'answer' | 'message'
  key: string | null
  value: JsonValue
  sentBy: string
  fromFlowRunId: string | null
  createdAt: Instant
  receivedAt: Instant | null
}

interface Answer {
  id: string
  flowRunId: string
  key: string
  value: JsonValue
  sentBy: string
}

/** To stand in front of the change that ends the pause, in the same batch and under its guard. A later answer to the same pause takes the place of an earlier one. */
export const storeAnswer = ({ id, flowRunId, key, value, sentBy }: Answer, { stateId, epoch }: Change['guard']): Statement<void> =>
  sqlStatement<Record<string, never>, void>(
    (workspaceId) => sql`
      insert into run_inputs (workspace_id, id, flow_run_id, kind, key, value, sent_by, created_at)
      select ${workspaceId}::uuid, ${id}::uuid, ${flowRunId}::uuid, 'answer', ${key}, ${jsonb(value)}, ${sentBy}, clock_timestamp()
      from (
        select 1 from flow_runs
        where workspace_id = ${workspaceId}::uuid and id = ${flowRunId}::uuid and state_id = ${stateId}::uuid and epoch = ${epoch}::int
        for no key update
      ) unchanged
      on conflict (workspace_id, flow_run_id, key) where kind = 'answer'
      do update set value = excluded.value, sent_by = excluded.sent_by, created_at = excluded.created_at`,
    () => undefined,
  )

interface Message {
  /** Made by the sender: the same again is stored once. */
  id: string
  flowRunId: string
  value: JsonValue
  sentBy: string
  fromFlowRunId: string | null
  /** How many may wait for one run. */
  most: number
}

type SendOutcome = 'sent' | 'over' | 'full' | 'missing'

export const sendRunInput = (message: Message): Statement<SendOutcome> =>
  sqlStatement<{ outcome: SendOutcome }, SendOutcome>(
    (workspaceId) =>
      sql`select send_run_input(${workspaceId}::uuid, ${jsonb({
        id: message.id,
        flow_run_id: message.flowRunId,
        value: message.value,
        sent_by: message.sentBy,
        from_flow_run_id: message.fromFlowRunId,
        most: message.most,
      })}) as outcome`,
    ([row]) => (row as { outcome: SendOutcome }).outcome,
  )

type Raw = {
  id: string
  flow_run_id: string
  kind: 'answer' | 'message'
  key: string | null
  value: JsonValue
  sent_by: string
  from_flow_run_id: string | null
  created_at: string
  received_at: string | null
}

/** The message of this receiver: the one that it has, or else the oldest that nobody has. Null = there is none. */
export const takeRunInput = (flowRunId: string, receiver: string, from: string | null): Statement<RunInputRow | null> =>
  sqlStatement<Raw, RunInputRow | null>(
    (workspaceId) => sql`select * from take_run_input(${workspaceId}::uuid, ${flowRunId}::uuid, ${receiver}, ${from}::uuid)`,
    ([row]) =>
      row
        ? {
            id: row.id,
            flowRunId: row.flow_run_id,
            kind: row.kind,
            key: row.key,
            value: row.value,
            sentBy: row.sent_by,
            fromFlowRunId: row.from_flow_run_id,
            createdAt: instantOf(row.created_at),
            receivedAt: instantOrNull(row.received_at),
          }
        : null,
  )

/** What the run was given, oldest first; at most 1,000. */
export const listRunInputs = (flowRunId: string): Statement<RunInputRow[]> =>
  statement(
    (query, workspaceId) =>
      query
        .select()
        .from(runInputs)
        .where(and(eq(runInputs.workspaceId, workspaceId), eq(runInputs.flowRunId, flowRunId)))
        .orderBy(asc(runInputs.position))
        .limit(1000),
    (rows) => rows.map(({ workspaceId: _, position: __, receiver: ___, ...row }) => row),
  )

/** The answer to one pause of the run. */
export const findAnswer = (flowRunId: string, key: string): Statement<RunInputRow | null> =>
  statement(
    (query, workspaceId) =>
      query
        .select()
        .from(runInputs)
        .where(and(eq(runInputs.workspaceId, workspaceId), eq(runInputs.flowRunId, flowRunId), eq(runInputs.key, key), eq(runInputs.kind, 'answer')))
        .limit(1),
    (rows) => rows.map(({ workspaceId: _, position: __, receiver: ___, ...row }) => row)[0] ?? null,
  )
