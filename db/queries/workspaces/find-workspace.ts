/** Reads the workspace that the role is set to; no statement here can name another. */
import { eq } from 'drizzle-orm'
import type { Instant } from '../../../core/instant.ts'
import { workspaces } from '../../schema/index.ts'
import { type Statement, statement } from '../../statement.ts'

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
