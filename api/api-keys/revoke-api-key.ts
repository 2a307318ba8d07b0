/** Ending API keys: the record refuses their batches from then on, open sockets are closed pool by pool, open streams hear of it from their Feed. */
import { credentialTopic } from '../../core/topics.ts'
import { findApiKeys, type ListedApiKeyRow, revokeApiKey as revokeRow } from '../../db/queries/api-keys/api-keys.ts'
import { listWorkPoolIds } from '../../db/queries/work-pools/list-work-pool-ids.ts'
import { deedOf } from '../auth/deed-of.ts'
import type { Context } from '../context.ts'
import { NotFound } from '../errors.ts'
import { decodeId } from '../node.ts'
import { permit } from '../permissions.ts'

/**
 * Ends a key for good, and closes the workers' sockets and the streams that it opened. Audited. Again = the same, except that nothing is noted: sockets that a pool
 * could not close the first time are closed then. A key may end itself: what there is to read is read in the batch that ends it, the next one would be refused.
 * Throws Invalid, NotFound.
 */
export async function revokeApiKey(context: Context, input: { id: string }): Promise<ListedApiKeyRow> {
  permit(context.actor, 'api-keys:revoke')
  const apiKeyId = decodeId('ApiKey', input.id, ['id'])
  const { workspaceId, coordinators, reader } = context
  const [, [apiKey], workPoolIds] = await context.db.batch(
    revokeRow(apiKeyId, deedOf(context.actor, 'api-keys:revoke')),
    findApiKeys([apiKeyId]),
    listWorkPoolIds(),
  )
  reader.forget()
  if (!apiKey) throw new NotFound('API key', apiKeyId, { path: ['id'] })
  for (const workPoolId of workPoolIds) coordinators.revoke({ workspaceId, workPoolId, apiKeyId })
  coordinators.ringFeed({ workspaceId, topic: credentialTopic(apiKeyId) })
  return apiKey
}
