/** Making named limits. */
import { CONCURRENCY_LIMITS_TOPIC } from '../../core/topics.ts'
import type { ConcurrencyLimitRow } from '../../db/queries/concurrency-limits/find-concurrency-limits.ts'
import { createConcurrencyLimit as createRow } from '../../db/queries/concurrency-limits/write-concurrency-limits.ts'
import { describeActor } from '../auth/actor.ts'
import { deedOf } from '../auth/deed-of.ts'
import type { Context } from '../context.ts'
import { Conflict, Invalid } from '../errors.ts'
import { once } from '../once.ts'
import { permit } from '../permissions.ts'
import { checkConcurrencyLimit } from './check-concurrency-limit.ts'
import { concurrencyLimitLoader } from './types.ts'

interface NewLimit {
  name: string
  limit: number
  slotDecayPerSecond?: number | null
  /** Left out: it holds. */
  isActive?: boolean | null
  idempotencyKey?: string | null
}

/** A limit of this name. Audited. Throws Invalid; Conflict when there is one. */
export async function createConcurrencyLimit(
  context: Context,
  { name, limit: max, slotDecayPerSecond = null, isActive, idempotencyKey }: NewLimit,
): Promise<ConcurrencyLimitRow> {
  permit(context.actor, 'concurrency-limits:create')
  const issues = checkConcurrencyLimit({ name, max, slotDecayPerSecond })
  if (issues.length > 0) throw new Invalid(issues)
  const given = { name, max, slotDecayPerSecond, isActive: isActive ?? true }
  const { workspaceId, coordinators, reader } = context
  return once(
    context,
    { key: idempotencyKey, verb: 'createConcurrencyLimit', input: given, madeIn: 'concurrency_limits' },
    (id) => reader.load(concurrencyLimitLoader, id),
    async (id, behind) => {
      const deed = deedOf(context.actor, 'concurrency-limits:create', given)
      const [created] = await context.db.batch(createRow({ id, ...given, by: describeActor(context.actor) }, deed), ...behind)
      if (!created)
        throw new Conflict(`There is a concurrency limit "${name}" already.`, { path: ['name'], hint: 'Change it with `updateConcurrencyLimit`.' })
      coordinators.ringFeed({ workspaceId, topic: CONCURRENCY_LIMITS_TOPIC })
      reader.forget()
      return (await reader.load(concurrencyLimitLoader, id)) as ConcurrencyLimitRow
    },
  )
}
