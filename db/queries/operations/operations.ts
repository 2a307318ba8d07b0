/** Operations: begun, carried out in steps, stopped, read. The SQL of a step is the functions `advance_operation` and `note_operation_step` of db/migrations. */
import { sql } from 'drizzle-orm'
import { isUuid } from '../../../core/ids.ts'
import type { Instant } from '../../../core/instant.ts'
import { OPERATIONS_TOPIC } from '../../../core/topics.ts'
import {
  instantOf,
  instantOrNull,
  jsonb,
  type RawRow,
  type Statement,
  sqlStatement,
  type SystemStatement,
  systemStatement,
  uuids,
} from '../../statement.ts'
import type { Deed } from '../audit-rows/deed.ts'
import { type FlowRunFilter, flowRunCondition } from '../flow-runs/flow-run-filter.ts'
import { COUNTED_TO, type Count, countOf, type Keyset, type Page, pageClauses, type Rows, rowsOf } from '../page.ts'

export type OperationKind = 'cancel-flow-runs' | 'retry-flow-runs' | 'delete-flow-runs'

/** What it was begun with. */
export interface OperationInput {
  filter: FlowRunFilter
  /** Of a cancel. */
  reason?: string | null
  /** Of a retry. */
  onLatestVersion?: boolean
}

export interface OperationRow {
  id: string
  workspaceId: string
  kind: OperationKind
  input: OperationInput
  state: 'RUNNING' | 'COMPLETED' | 'STOPPED'
  /** Runs in the filter when it began. */
  total: number
  /** It touches no more than so many. */
  most: number
  processed: number
  changed: number
  unchanged: number
  refused: number
  /** The first twenty. */
  refusals: { flowRunId: string; message: string }[]
  isStopping: boolean
  /** Runs up to here are done; null before the first step. */
  place: string | null
  /** Runs above were made later, and are left alone. */
  bound: string
  createdBy: string
  createdAt: Instant
  endedAt: Instant | null
}

type NewOperation = Pick<OperationRow, 'id' | 'kind' | 'input' | 'total' | 'most' | 'bound' | 'createdBy'>

/** Begun, and held by whoever begins it for so many milliseconds. */
export const insertOperation = (operation: NewOperation, hold: number, deed: Deed): Statement<OperationRow> =>
  sqlStatement<OperationSqlRow, OperationRow>(
    (workspaceId) => sql`
      with made as (
        insert into operations (workspace_id, id, kind, input, state, total, most, processed, changed, unchanged, refused, refusals, is_stopping, bound,
          held_until, created_by, created_at)
        values (${workspaceId}::uuid, ${operation.id}::uuid, ${operation.kind}, ${jsonb(operation.input)}, 'RUNNING', ${operation.total}::int,
          ${operation.most}::int, 0, 0, 0, 0, '[]', false, ${operation.bound}::uuid, now() + ${hold}::float8 * interval '1 millisecond',
          ${operation.createdBy}, now())
        returning *
      ), told as (
        insert into changes (workspace_id, topic, changed) values (${workspaceId}::uuid, ${OPERATIONS_TOPIC}, '{}')
      ), noted as (
        select note_deed(${workspaceId}::uuid, ${jsonb(deed)}, id::text) from made
      )
      select made.*, (select count(*) from noted) from made`,
    ([row]) => operationOf(row as OperationSqlRow),
  )

/** The next runs of its filter, earliest first; the place where a step over them ends. */
export const listRunsOfOperation = ({ input, place, bound }: Pick<OperationRow, 'input' | 'place' | 'bound'>, limit: number): Statement<string[]> =>
  sqlStatement<{ id: string }, string[]>(
    (workspaceId) => sql`
      select flow_runs.id from flow_runs
      where flow_runs.workspace_id = ${workspaceId}::uuid and flow_runs.id <= ${bound}::uuid ${place === null ? sql`` : sql`and flow_runs.id > ${place}::uuid`}
        and ${flowRunCondition(workspaceId, input.filter)}
      order by flow_runs.id limit ${limit}::int`,
    (rows) => rows.map(({ id }) => id),
  )

/** In front of a step, in its batch. Throws a DatabaseError with the code `WR409` when somebody else has it, or it is to stop. */
export const advanceOperation = (id: string, from: string | null, to: string, hold: number): Statement<void> =>
  sqlStatement(
    (workspaceId) => sql`select advance_operation(${workspaceId}::uuid, ${id}::uuid, ${from}::uuid, ${to}::uuid, ${hold}::float8)`,
    () => undefined,
  )

/** SQLSTATE with which a step is refused. */
export const OPERATION_TAKEN = 'WR409'

interface OperationStep {
  processed: number
  changed: number
  unchanged: number
  refused: number
  refusals: { flowRunId: string; message: string }[]
  /** Nothing is left to do. */
  isLast: boolean
}

/** Behind a step. The state the operation is in now; null when it was over already. */
export const noteOperationStep = (id: string, { isLast, ...step }: OperationStep): Statement<OperationRow['state'] | null> =>
  sqlStatement<{ state: OperationRow['state'] | null }, OperationRow['state'] | null>(
    (workspaceId) => sql`select note_operation_step(${workspaceId}::uuid, ${id}::uuid, ${jsonb({ ...step, is_last: isLast })}) as state`,
    ([row]) => row?.state ?? null,
  )

/** No further run is touched. Where nobody carries it out at the moment it is over at once. False when there is no such operation. */
export const stopOperation = (id: string, deed: Deed): Statement<boolean> =>
  sqlStatement<{ is_there: boolean }, boolean>(
    (workspaceId) => sql`
      with stopped as (
        update operations set is_stopping = true, state = case when held_until < now() then 'STOPPED' else state end,
          ended_at = case when held_until < now() then now() end
        where workspace_id = ${workspaceId}::uuid and id = ${id}::uuid and state = 'RUNNING' and not is_stopping returning id
      ), told as (
        insert into changes (workspace_id, topic, changed) select ${workspaceId}::uuid, ${OPERATIONS_TOPIC}, '{}' from stopped
      ), noted as (
        select note_deed(${workspaceId}::uuid, ${jsonb(deed)}, id::text) from stopped
      )
      select exists (select from operations where workspace_id = ${workspaceId}::uuid and id = ${id}::uuid) as is_there, (select count(*) from noted)`,
    ([row]) => row?.is_there ?? false,
  )

/** Of all workspaces: those that run and that nobody holds, longest left alone first. */
export const listLeftOperations = ({ limit }: { limit: number }): SystemStatement<OperationRow[]> =>
  systemStatement(
    sqlStatement<OperationSqlRow, OperationRow[]>(
      () => sql`select * from operations where state = 'RUNNING' and held_until < now() order by held_until limit ${limit}::int`,
      (rows) => rows.map(operationOf),
    ),
  )

/** By id, in any order. */
export const findOperations = (ids: readonly string[]): Statement<OperationRow[]> =>
  sqlStatement<OperationSqlRow, OperationRow[]>(
    (workspaceId) => sql`select * from operations where workspace_id = ${workspaceId}::uuid and id = any(${uuids(ids)})`,
    (rows) => rows.map(operationOf),
  )

const keyset: Keyset = { name: 'OPERATIONS', direction: 'desc', columns: [{ expression: sql`id`, type: 'uuid', isValid: isUuid }] }

/** Newest first. Throws BadCursor. */
export function listOperations(page: Page): Statement<Rows<OperationRow>> {
  const { where, orderAndLimit, key } = pageClauses(keyset, page)
  return sqlStatement<OperationSqlRow & { key: string[] }, Rows<OperationRow>>(
    (workspaceId) => sql`select operations.*, ${key} as key from operations where workspace_id = ${workspaceId}::uuid${where}${orderAndLimit}`,
    (rows) => rowsOf(keyset, page, rows, operationOf),
  )
}

/** Exact to 10,000. */
export const countOperations = (): Statement<Count> =>
  sqlStatement<{ counted: number }, Count>(
    (workspaceId) =>
      sql`select count(*)::int as counted from (select 1 from operations where workspace_id = ${workspaceId}::uuid limit ${COUNTED_TO + 1}) counted`,
    ([row]) => countOf(row?.counted ?? 0),
  )

/** Of these runs, those whose deployment was deleted. */
export const listRunsWithoutDeployment = (ids: readonly string[]): Statement<string[]> =>
  sqlStatement<{ id: string }, string[]>(
    (workspaceId) => sql`
      select id from flow_runs where workspace_id = ${workspaceId}::uuid and id = any(${uuids(ids)}) and deployment_id is not null
        and not exists (select from deployments where deployments.workspace_id = flow_runs.workspace_id and deployments.id = flow_runs.deployment_id)`,
    (rows) => rows.map(({ id }) => id),
  )

type OperationSqlRow = RawRow & {
  workspace_id: string
  id: string
  kind: OperationKind
  input: OperationInput
  state: OperationRow['state']
  total: number
  most: number
  processed: number
  changed: number
  unchanged: number
  refused: number
  refusals: { flowRunId: string; message: string }[]
  is_stopping: boolean
  place: string | null
  bound: string
  created_by: string
  created_at: string
  ended_at: string | null
}

const operationOf = (row: OperationSqlRow): OperationRow => ({
  id: row.id,
  workspaceId: row.workspace_id,
  kind: row.kind,
  input: row.input,
  state: row.state,
  total: row.total,
  most: row.most,
  processed: row.processed,
  changed: row.changed,
  unchanged: row.unchanged,
  refused: row.refused,
  refusals: row.refusals,
  isStopping: row.is_stopping,
  place: row.place,
  bound: row.bound,
  createdBy: row.created_by,
  createdAt: instantOf(row.created_at),
  endedAt: instantOrNull(row.ended_at),
})
