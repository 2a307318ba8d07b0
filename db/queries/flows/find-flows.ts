/** Reads flows. They are made by the statements that first name them: a saved deployment, a started script. */
import { and, eq, inArray } from 'drizzle-orm'
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
