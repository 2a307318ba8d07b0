/** Reads artifacts of runs. They are written by `db/transitions/` only, with the report that brings them. */
import { and, asc, eq } from 'drizzle-orm'
import type { Instant } from '../../../core/instant.ts'
import type { JsonValue } from '../../../core/json-value.ts'
import { artifacts } from '../../schema/index.ts'
import { type Statement, statement } from '../../statement.ts'

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
  data: data as JsonValue,
})
