/** Making API keys. The secret is 32 random bytes; the record has its hash, and nobody can read it again. */
import { formatApiKey } from '../../core/api-key.ts'
import { newId } from '../../core/ids.ts'
import type { Instant } from '../../core/instant.ts'
import { insertApiKey } from '../../db/queries/api-keys/api-keys.ts'
import { insertAuditRow } from '../../db/queries/audit-rows/insert-audit-row.ts'
import { describeActor, type Role } from '../auth/actor.ts'
import { deedOf } from '../auth/deed-of.ts'
import { hashSecret } from '../auth/hash-secret.ts'
import { toBase64Url } from '../auth/signature.ts'
import { checkName } from '../check-input.ts'
import type { Context } from '../context.ts'
import { Invalid } from '../errors.ts'
import { permit } from '../permissions.ts'

export interface CreatedApiKey {
  id: string
  name: string
  /** Shown this once: the record keeps its hash only. */
  key: string
}

/** Makes a key for this workspace. Audited. Throws Invalid. */
export async function createApiKey(context: Context, input: { name: string; role: Role; expiresAt?: Instant | null }): Promise<CreatedApiKey> {
  permit(context.actor, 'api-keys:create')
  const { name, role, expiresAt = null } = input
  const issues = checkName(name, ['name'])
  if (expiresAt !== null && expiresAt <= context.clock.now())
    issues.push({ path: ['expiresAt'], message: 'expected an instant in the future', expected: 'in the future' })
  if (issues.length > 0) throw new Invalid(issues)
  const id = newId()
  const secret = toBase64Url(crypto.getRandomValues(new Uint8Array(32)))
  await context.db.batch(
    insertApiKey({ id, name, role, secretHash: await hashSecret(secret), createdBy: describeActor(context.actor), expiresAt }),
    insertAuditRow({ ...deedOf(context.actor, 'api-keys:create', { name, role }), subject: id }),
  )
  return { id, name, key: formatApiKey({ cell: context.cell, id, secret }) }
}
