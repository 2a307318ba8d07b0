/** Taking slots of a named limit away from those who hold them. */
import { CONCURRENCY_LIMITS_TOPIC } from '../../core/topics.ts'
import type { ConcurrencyLimitRow } from '../../db/queries/concurrency-limits/find-concurrency-limits.ts'
import { resetConcurrencyLimit as resetRow } from '../../db/queries/concurrency-limits/write-concurrency-limits.ts'
import { deedOf } from '../auth/deed-of.ts'
import type { Context } from '../context.ts'
import { isUuid } from '../../core/ids.ts'
import { Invalid, NotFound } from '../errors.ts'
import { decodeId } from '../node.ts'
import { permit } from '../permissions.ts'
import { concurrencyLimitLoader } from './types.ts'

/**
 * Takes the slots of one lease away, or those of everybody (and forgets what was spent). Who held them goes on, and learns it at its next renewal. Audited
 * with the leases. Throws Invalid, NotFound.
 */
export async function resetConcurrencyLimit(
  context: Context,
  input: { id: string; leaseId?: string | null },
): Promise<{ limit: ConcurrencyLimitRow; released: number }> {
  permit(context.actor, 'concurrency-limits:reset')
  const id = decodeId('ConcurrencyLimit', input.id, ['id'])
  const leaseId = input.leaseId?.trim().toLowerCase() ?? null
  if (leaseId !== null && !isUuid(leaseId))
    throw new Invalid([{ path: ['leaseId'], message: 'expected the id of a lease: a UUID', expected: 'UUID of a lease' }])
  const released = await context.db.run(resetRow(id, leaseId, deedOf(context.actor, 'concurrency-limits:reset')))
  if (released === null) throw new NotFound('concurrency limit', id, { path: ['id'] })
  if (leaseId !== null && released === 0) throw new NotFound('lease', leaseId, { path: ['leaseId'] })
  const { workspaceId, coordinators, reader } = context
  coordinators.ringFeed({ workspaceId, topic: CONCURRENCY_LIMITS_TOPIC })
  reader.forget()
  return { limit: (await reader.load(concurrencyLimitLoader, id)) as ConcurrencyLimitRow, released }
}
