/** Making API keys. Nobody makes one that may more than they do themselves. */
import { formatApiKey } from '../../core/api-key.ts'
import type { Instant } from '../../core/instant.ts'
import { insertApiKey, type ListedApiKeyRow } from '../../db/queries/api-keys/api-keys.ts'
import { insertAuditRow } from '../../db/queries/audit-rows/insert-audit-row.ts'
import { describeActor, type Role } from '../auth/actor.ts'
import { deedOf } from '../auth/deed-of.ts'
import { checkName } from '../check-input.ts'
import type { Context } from '../context.ts'
import { Conflict, Forbidden, Invalid, type Issue, NotFound } from '../errors.ts'
import { decodeId } from '../node.ts'
import { once } from '../once.ts'
import { mayGrant, permissionsWithin, permit } from '../permissions.ts'
import { serviceAccountLoader } from '../service-accounts/loader.ts'
import { checkScopes } from './check-scopes.ts'
import { newSecret } from './new-secret.ts'

export interface CreatedApiKey {
  id: string
  name: string
  /** Shown this once: the record keeps its hash only. */
  key: string
  apiKey: ListedApiKeyRow
}

interface ApiKeyInput {
  name: string
  /** Needed without a service account. */
  role?: Role | null
  expiresAt?: Instant | null
  scopes?: string[] | null
  serviceAccountId?: string | null
  idempotencyKey?: string | null
}

/** Makes a key for this workspace. Audited. Throws Invalid, NotFound (service account), Conflict (idempotency key), FORBIDDEN. */
export async function createApiKey(context: Context, { idempotencyKey, ...input }: ApiKeyInput): Promise<CreatedApiKey> {
  permit(context.actor, 'api-keys:create')
  const { name, expiresAt = null } = input
  const scopes = input.scopes == null ? null : [...new Set(input.scopes)]
  const { serviceAccountId, role, issues } = await ownerOf(context, input)
  issues.push(...checkName(name, ['name']), ...checkScopes(role, scopes, ['scopes']))
  if (expiresAt !== null && expiresAt <= context.clock.now())
    issues.push({ path: ['expiresAt'], message: 'expected an instant in the future', expected: 'in the future' })
  if (issues.length > 0) throw new Invalid(issues)
  refuseMoreThanOwn(context, role, scopes)
  return once(context, { key: idempotencyKey, verb: 'createApiKey', input, madeIn: 'api_keys' }, shownOnce, async (id, behind) => {
    const { secret, secretHash } = await newSecret()
    const deed = deedOf(context.actor, 'api-keys:create', { name, role, ...(scopes === null ? {} : { scopes }) })
    const [apiKey] = await context.db.batch(
      insertApiKey({ id, name, role, secretHash, createdBy: describeActor(context.actor), expiresAt, scopes, serviceAccountId }),
      ...behind,
      insertAuditRow({ ...deed, subject: id }),
    )
    return { id, name, key: formatApiKey({ cell: context.cell, id, secret }), apiKey }
  })
}

/** Whose key it is to be, and its role: that of its service account. */
async function ownerOf(context: Context, input: ApiKeyInput): Promise<{ serviceAccountId: string | null; role: Role; issues: Issue[] }> {
  const { role } = input
  if (input.serviceAccountId == null) {
    const issues = role == null ? [{ path: ['role'], message: 'expected a role, or a service account', expected: 'a role' }] : []
    return { serviceAccountId: null, role: role ?? 'VIEWER', issues }
  }
  const serviceAccountId = decodeId('ServiceAccount', input.serviceAccountId, ['serviceAccountId'])
  const account = await context.reader.load(serviceAccountLoader, serviceAccountId)
  if (!account) throw new NotFound('service account', serviceAccountId, { path: ['serviceAccountId'] })
  const issues =
    role != null && role !== account.role
      ? [{ path: ['role'], message: `the service account has the role ${account.role}`, expected: account.role }]
      : []
  return { serviceAccountId, role: account.role, issues }
}

/** A key with scopes would otherwise be a way around them. */
function refuseMoreThanOwn({ actor }: Context, role: Role, scopes: readonly string[] | null): void {
  const more = permissionsWithin(role, scopes).find((permission) => !mayGrant(actor, permission))
  if (more !== undefined)
    throw new Forbidden(`${describeActor(actor)} may not do ${more} itself, so it makes no key that may.`, { hint: 'Use a key without scopes.' })
}

/** A secret is not kept, so a request that is sent again cannot be answered with it. */
export const shownOnce = async (): Promise<never> => {
  throw new Conflict('This request has made its key before, and the key was shown once.', {
    path: ['idempotencyKey'],
    hint: 'If its answer is lost, revoke that key and make another.',
  })
}
