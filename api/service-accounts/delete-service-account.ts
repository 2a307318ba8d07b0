/** Deleting service accounts: their keys end with them. */
import { credentialTopic } from '../../core/topics.ts'
import { deleteServiceAccount as deleteRow } from '../../db/queries/service-accounts/service-accounts.ts'
import { listWorkPoolIds } from '../../db/queries/work-pools/list-work-pool-ids.ts'
import { deedOf } from '../auth/deed-of.ts'
import type { Context } from '../context.ts'
import { NotFound } from '../errors.ts'
import { permit } from '../permissions.ts'

/** Its keys are revoked, and what they have open is closed. Audited. Throws NotFound. */
export async function deleteServiceAccount(context: Context, id: string): Promise<void> {
  permit(context.actor, 'service-accounts:delete')
  const [revoked, workPoolIds] = await context.db.batch(deleteRow(id, deedOf(context.actor, 'service-accounts:delete')), listWorkPoolIds())
  if (revoked === null) throw new NotFound('service account', id, { path: ['id'] })
  const { workspaceId, coordinators } = context
  for (const apiKeyId of revoked) {
    for (const workPoolId of workPoolIds) coordinators.revoke({ workspaceId, workPoolId, apiKeyId })
    coordinators.ringFeed({ workspaceId, topic: credentialTopic(apiKeyId) })
  }
}
