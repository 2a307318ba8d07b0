import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Instant } from '../../../core/instant.ts'
import { flows } from '../../schema/index.ts'
import { type Statement, statement } from '../../statement.ts'

export interface FlowRow {
  id: string
  name: string
  createdAt: Instant
}

/** By id, in any order. */
export const findFlows = (ids: readonly string[]): Statement<FlowRow[]> =>
  statement(
    (query, workspaceId) =>
      query
        .select({ id: flows.id, name: flows.name, createdAt: flows.createdAt })
        .from(flows)
        .where(and(eq(flows.workspaceId, workspaceId), inArray(flows.id, [...ids]))),
    (rows) => rows,
  )

/** The flow of this name; made with the id when there is none. */
export const ensureFlow = ({ id, name }: { id: string; name: string }): Statement<FlowRow> =>
  statement(
    (query, workspaceId) =>
      query
        .insert(flows)
        .values({ workspaceId, id, name, createdAt: sql`now()` as never })
        // An update that changes nothing, so that the row that was there is returned too.
        .onConflictDoUpdate({ target: [flows.workspaceId, flows.name], set: { name: sql`excluded.name` } })
        .returning({ id: flows.id, name: flows.name, createdAt: flows.createdAt }),
    ([row]) => row as FlowRow,
  )
