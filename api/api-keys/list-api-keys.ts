/** The list of API keys, without anything that could be used as one. */
import { type ListedApiKeyRow, listApiKeys as listRows } from '../../db/queries/api-keys/api-keys.ts'
import type { Context } from '../context.ts'
import { permit } from '../permissions.ts'

/** The workspace's keys, newest first, revoked and expired ones too; at most 500. */
export function listApiKeys(context: Context): Promise<ListedApiKeyRow[]> {
  permit(context.actor, 'api-keys:read')
  return context.reader.run(listRows())
}
