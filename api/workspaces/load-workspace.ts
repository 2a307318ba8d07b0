/** The one workspace that a request is in. */
import { findWorkspace, type WorkspaceRow } from '../../db/queries/workspaces/find-workspace.ts'
import type { Context } from '../context.ts'
import { NotFound } from '../errors.ts'
import { permit } from '../permissions.ts'

/** The workspace the actor is in. Throws NotFound when it has been deleted meanwhile. */
export async function loadWorkspace(context: Context): Promise<WorkspaceRow> {
  permit(context.actor, 'workspaces:read')
  const workspace = await context.reader.run(findWorkspace())
  if (!workspace) throw new NotFound('workspace', context.workspaceId)
  return workspace
}
