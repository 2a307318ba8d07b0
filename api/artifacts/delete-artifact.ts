/** Deleting what a run has shown. */
import { flowRunTopic } from '../../core/topics.ts'
import { deleteArtifact as deleteRow } from '../../db/queries/artifacts/list-artifacts.ts'
import { deedOf } from '../auth/deed-of.ts'
import type { Context } from '../context.ts'
import { NotFound } from '../errors.ts'
import { permit } from '../permissions.ts'

/** Its run stays. Audited. Throws NotFound. */
export async function deleteArtifact(context: Context, artifact: { id: string; flowRunId: string }): Promise<void> {
  permit(context.actor, 'artifacts:delete')
  const { workspaceId, coordinators } = context
  const isGone = await context.db.run(deleteRow(artifact, deedOf(context.actor, 'artifacts:delete', { flowRunId: artifact.flowRunId })))
  if (!isGone) throw new NotFound('artifact', artifact.id, { path: ['id'] })
  coordinators.ringFeed({ workspaceId, topic: flowRunTopic(artifact.flowRunId) })
}
