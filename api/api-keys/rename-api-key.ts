/** What can be changed of a key: how people call it. Role, scopes and expiry are settled when it is made. */
import { type ListedApiKeyRow, renameApiKey as renameRow } from '../../db/queries/api-keys/api-keys.ts'
import { deedOf } from '../auth/deed-of.ts'
import { checkName } from '../check-input.ts'
import type { Context } from '../context.ts'
import { Invalid, NotFound } from '../errors.ts'
import { decodeId } from '../node.ts'
import { permit } from '../permissions.ts'
import { apiKeyLoader } from './types.ts'

/** Audited. Throws Invalid, NotFound. */
export async function renameApiKey(context: Context, input: { id: string; name: string }): Promise<ListedApiKeyRow> {
  permit(context.actor, 'api-keys:create')
  const id = decodeId('ApiKey', input.id, ['id'])
  const issues = checkName(input.name, ['name'])
  if (issues.length > 0) throw new Invalid(issues)
  const isThere = await context.db.run(renameRow(id, input.name, deedOf(context.actor, 'api-keys:create', { name: input.name })))
  if (!isThere) throw new NotFound('API key', id, { path: ['id'] })
  context.reader.forget()
  return (await context.reader.load(apiKeyLoader, id)) as ListedApiKeyRow
}
