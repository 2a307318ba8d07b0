/** Giving a machine another secret without an interruption: for a while both keys work. */
import { formatApiKey } from '../../core/api-key.ts'
import type { Instant } from '../../core/instant.ts'
import { credentialTopic } from '../../core/topics.ts'
import { findApiKeys, type ListedApiKeyRow, rotateApiKey as rotateRow } from '../../db/queries/api-keys/api-keys.ts'
import { listWorkPoolIds } from '../../db/queries/work-pools/list-work-pool-ids.ts'
import { describeActor } from '../auth/actor.ts'
import { deedOf } from '../auth/deed-of.ts'
import type { Context } from '../context.ts'
import { Conflict, Forbidden, Invalid, NotFound } from '../errors.ts'
import { decodeId } from '../node.ts'
import { once } from '../once.ts'
import { mayDo, permissionsWithin, permit } from '../permissions.ts'
import { shownOnce } from './create-api-key.ts'
import { newSecret } from './new-secret.ts'
import { apiKeyLoader } from './types.ts'

/** Seconds for which the old key goes on working when nobody says, and at most. */
const DEFAULT_OVERLAP = 24 * 3_600
const LONGEST_OVERLAP = 30 * 24 * 3_600

interface Rotation {
  id: string
  /** Seconds. */
  overlap?: number | null
  expiresAt?: Instant | null
  idempotencyKey?: string | null
}

interface RotatedApiKey {
  /** Shown this once: the record keeps its hash only. */
  key: string
  apiKey: ListedApiKeyRow
  previous: ListedApiKeyRow
}

/**
 * A new key with the name, role and scopes of one that works; that one ends after `overlap`, or when it would have expired, and what it has open ends with
 * it. A key may replace itself at once: both are read in the batch that ends it, the next one would be refused. Audited, both. Throws Invalid, NotFound,
 * Conflict (it does not work any more).
 */
export async function rotateApiKey(context: Context, { idempotencyKey, ...input }: Rotation): Promise<RotatedApiKey> {
  permit(context.actor, 'api-keys:create')
  permit(context.actor, 'api-keys:revoke')
  const previousId = decodeId('ApiKey', input.id, ['id'])
  const { overlap, expiresAt = null } = input
  const issues = []
  if (overlap != null && overlap > LONGEST_OVERLAP) {
    const expected = `0 to ${LONGEST_OVERLAP} seconds`
    issues.push({ path: ['overlap'], message: `expected ${expected}, got ${overlap}`, expected })
  }
  if (expiresAt !== null && expiresAt <= context.clock.now())
    issues.push({ path: ['expiresAt'], message: 'expected an instant in the future', expected: 'in the future' })
  if (issues.length > 0) throw new Invalid(issues)
  const previous = await context.reader.load(apiKeyLoader, previousId)
  if (!previous) throw new NotFound('API key', previousId, { path: ['id'] })
  if (permissionsWithin(previous.role, previous.scopes).some((permission) => !mayDo(context.actor, permission)))
    throw new Forbidden(`${describeActor(context.actor)} may not do all that this key may.`, { hint: 'Use a key without scopes.' })
  return once(context, { key: idempotencyKey, verb: 'rotateApiKey', input, madeIn: 'api_keys' }, shownOnce, async (id, behind) => {
    const { secret, secretHash } = await newSecret()
    const { actor } = context
    const replacing = {
      ...{ id, secretHash, by: describeActor(actor), expiresAt },
      created: deedOf(actor, 'api-keys:create', { name: previous.name, replaces: previousId }),
      ending: deedOf(actor, 'api-keys:revoke', { name: previous.name, replacedBy: id }),
    }
    const [previousEndsAt, keys, workPoolIds] = await context.db.batch(
      rotateRow(previousId, replacing, (overlap ?? DEFAULT_OVERLAP) * 1_000),
      findApiKeys([id, previousId]),
      listWorkPoolIds(),
      ...behind,
    )
    if (previousEndsAt === null) throw new Conflict('The key is revoked or has expired.', { path: ['id'], hint: 'Make a new key instead.' })
    const { workspaceId, coordinators } = context
    for (const workPoolId of workPoolIds) coordinators.revoke({ workspaceId, workPoolId, apiKeyId: previousId, at: previousEndsAt })
    coordinators.ringFeed({ workspaceId, topic: credentialTopic(previousId) })
    context.reader.forget()
    const rowOf = (keyId: string) => keys.find((key) => key.id === keyId) as ListedApiKeyRow
    return { key: formatApiKey({ cell: context.cell, id, secret }), apiKey: rowOf(id), previous: rowOf(previousId) }
  })
}
