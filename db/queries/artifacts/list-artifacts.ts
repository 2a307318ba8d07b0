/** Reads and deletes artifacts of runs. They are written by `db/transitions/` only, with the report that brings them. */
import { and, asc, eq, type SQL, sql } from 'drizzle-orm'
import { isUuid } from '../../../core/ids.ts'
import type { Instant } from '../../../core/instant.ts'
import type { JsonValue } from '../../../core/json-value.ts'
import { tableOfRecord } from '../../name-order.ts'
import { artifacts } from '../../schema/index.ts'
import { flowRunTopic } from '../../../core/topics.ts'
import { instantOf, jsonb, type RawRow, type Statement, sqlStatement, statement, texts } from '../../statement.ts'
import type { Deed } from '../audit-rows/deed.ts'
import { type StringFilter, textConditions } from '../flow-runs/flow-run-filter.ts'
import { COUNTED_TO, type Count, countOf, type Keyset, type Page, pageClauses, type Rows, rowsOf } from '../page.ts'

export interface ArtifactRow {
  id: string
  flowRunId: string
  taskRunId: string | null
  key: string | null
  type: 'markdown' | 'table' | 'link' | 'image' | 'progress'
  description: string | null
  data: JsonValue
  createdAt: Instant
  updatedAt: Instant
}

/** Of a run, oldest first; at most 500. */
export const listArtifacts = (flowRunId: string): Statement<ArtifactRow[]> =>
  statement(
    (query, workspaceId) =>
      query
        .select()
        .from(artifacts)
        .where(and(eq(artifacts.workspaceId, workspaceId), eq(artifacts.flowRunId, flowRunId)))
        .orderBy(asc(artifacts.id))
        .limit(500),
    (rows) => rows.map(artifactOf),
  )

/** By (flow run, id). */
export const findArtifact = ({ flowRunId, id }: { flowRunId: string; id: string }): Statement<ArtifactRow | null> =>
  statement(
    (query, workspaceId) =>
      query
        .select()
        .from(artifacts)
        .where(and(eq(artifacts.workspaceId, workspaceId), eq(artifacts.flowRunId, flowRunId), eq(artifacts.id, id))),
    ([row]) => (row ? artifactOf(row) : null),
  )

const artifactOf = ({ workspaceId: _, sequence: __, data, ...row }: typeof artifacts.$inferSelect): ArtifactRow => ({
  ...row,
  data: dataOf(row.type, data as JsonValue),
})

const dataOf = (type: ArtifactRow['type'], data: JsonValue): JsonValue => (type === 'table' ? tableOfRecord(data) : data)

export interface ArtifactFilter {
  key?: StringFilter | null
  type?: { in?: ArtifactRow['type'][] | null } | null
}

const keyset: Keyset = { name: 'ARTIFACTS', direction: 'desc', columns: [{ expression: sql`id`, type: 'uuid', isValid: isUuid }] }

/** Of the whole workspace, newest first. Throws BadCursor. */
export function listWorkspaceArtifacts({ filter, page }: { filter?: ArtifactFilter | null; page: Page }): Statement<Rows<ArtifactRow>> {
  const { where, orderAndLimit, key } = pageClauses(keyset, page)
  return sqlStatement<ArtifactSqlRow & { list_key: string[] }, Rows<ArtifactRow>>(
    (workspaceId) => sql`
      select id, flow_run_id, task_run_id, key, type, description, data, created_at, updated_at, ${key} as list_key
      from artifacts where workspace_id = ${workspaceId}::uuid and ${condition(filter)}${where}${orderAndLimit}`,
    (rows) =>
      rowsOf(
        keyset,
        page,
        rows.map(({ list_key, ...row }) => ({ row: row as ArtifactSqlRow, key: list_key })),
        ({ row }) => ({
          id: row.id,
          flowRunId: row.flow_run_id,
          taskRunId: row.task_run_id,
          key: row.key,
          type: row.type,
          description: row.description,
          data: dataOf(row.type, row.data),
          createdAt: instantOf(row.created_at),
          updatedAt: instantOf(row.updated_at),
        }),
      ),
  )
}

/** Exact to 10,000. */
export const countWorkspaceArtifacts = (filter?: ArtifactFilter | null): Statement<Count> =>
  sqlStatement<{ counted: number }, Count>(
    (workspaceId) => sql`
      select count(*)::int as counted from (
        select 1 from artifacts where workspace_id = ${workspaceId}::uuid and ${condition(filter)} order by id limit ${COUNTED_TO + 1}
      ) counted`,
    ([row]) => countOf(row?.counted ?? 0),
  )

/** False when there is none. Listeners of its run are told. */
export const deleteArtifact = ({ flowRunId, id }: { flowRunId: string; id: string }, deed: Deed): Statement<boolean> =>
  sqlStatement<{ id: string }, boolean>(
    (workspaceId) => sql`
      with deleted as (
        delete from artifacts where workspace_id = ${workspaceId}::uuid and flow_run_id = ${flowRunId}::uuid and id = ${id}::uuid returning id
      ), told as (
        insert into changes (workspace_id, topic, flow_run_id, changed)
        select ${workspaceId}::uuid, ${flowRunTopic(flowRunId)}, ${flowRunId}::uuid, array['artifacts'] from deleted
      ), noted as (
        select note_deed(${workspaceId}::uuid, ${jsonb(deed)}, id::text) from deleted
      )
      select id, (select count(*) from noted) from deleted`,
    (rows) => rows.length === 1,
  )

/** Artifacts of runs that were deleted are out of reach, cleared away or not yet. */
const condition = (filter?: ArtifactFilter | null): SQL =>
  sql.join(
    [
      sql`exists (select 1 from flow_runs where flow_runs.workspace_id = artifacts.workspace_id and flow_runs.id = artifacts.flow_run_id)`,
      ...textConditions(sql`artifacts.key`, filter?.key),
      ...(filter?.type?.in ? [sql`artifacts.type = any(${texts(filter.type.in)})`] : []),
    ],
    sql` and `,
  )

type ArtifactSqlRow = RawRow & {
  id: string
  flow_run_id: string
  task_run_id: string | null
  key: string | null
  type: ArtifactRow['type']
  description: string | null
  data: JsonValue
  created_at: string
  updated_at: string
}
