import { asc, eq } from 'drizzle-orm'
import type { Instant } from '../../../core/instant.ts'
import { workspaces } from '../../schema/index.ts'
import { type Statement, type SystemStatement, statement, systemStatement } from '../../statement.ts'

export interface WorkspaceRow {
  id: string
  accountId: string
  name: string
  handle: string
  createdAt: Instant
}

/** The workspace that the caller is in. */
export const findWorkspace = (): Statement<WorkspaceRow | null> =>
  statement(
    (query, workspaceId) => query.select().from(workspaces).where(eq(workspaces.id, workspaceId)),
    ([row]) => row ?? null,
  )

/** By its handle (sign-in). */
export const findWorkspaceByHandle = (handle: string): SystemStatement<WorkspaceRow | null> =>
  systemStatement(
    statement(
      (query) => query.select().from(workspaces).where(eq(workspaces.handle, handle)),
      ([row]) => row ?? null,
    ),
  )

/** All of the cell, oldest first. */
export const listWorkspaces = (): SystemStatement<WorkspaceRow[]> =>
  systemStatement(
    statement(
      (query) => query.select().from(workspaces).orderBy(asc(workspaces.id)),
      (rows) => rows,
    ),
  )
