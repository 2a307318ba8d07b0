/** Changing named limits. What is left out stays as it is. */
import { CONCURRENCY_LIMITS_TOPIC } from '../../core/topics.ts'
import type { ConcurrencyLimitRow } from '../../db/queries/concurrency-limits/find-concurrency-limits.ts'
import { type ConcurrencyLimitChange, updateConcurrencyLimit as updateRow } from '../../db/queries/concurrency-limits/write-concurrency-limits.ts'
import { describeActor } from '../auth/actor.ts'
import { deedOf } from '../auth/deed-of.ts'
import type { Context } from '../context.ts'
import { Conflict, Invalid, NotFound } from '../errors.ts'
import { decodeId } from '../node.ts'
import { permit } from '../permissions.ts'
import { checkConcurrencyLimit } from './check-concurrency-limit.ts'
import { concurrencyLimitLoader } from './types.ts'

interface LimitUpdate {
  id: string
  name?: string | null
  limit?: number | null
  isActive?: boolean | null
  /** Undefined = as it is; null = none. */
  slotDecayPerSecond?: number | null | undefined
}

/** Gives a limit another name, size or decay, or switches it. Nobody loses slots by it. Audited. Throws Invalid, NotFound, Conflict. */
export async function updateConcurrencyLimit(
  context: Context,
  { name, limit, isActive, slotDecayPerSecond, ...input }: LimitUpdate,
): Promise<ConcurrencyLimitRow> {
  permit(context.actor, 'concurrency-limits:update')
  const id = decodeId('ConcurrencyLimit', input.id, ['id'])
  const change: ConcurrencyLimitChange = {
    ...(name == null ? {} : { name }),
    ...(limit == null ? {} : { max: limit }),
    ...(isActive == null ? {} : { isActive }),
    ...(slotDecayPerSecond === undefined ? {} : { slotDecayPerSecond }),
  }
  const issues = checkConcurrencyLimit(change)
  if (issues.length > 0) throw new Invalid(issues)
  const deed = deedOf(context.actor, 'concurrency-limits:update', { ...change })
  const outcome = await context.db.run(updateRow(id, { ...change, by: describeActor(context.actor) }, deed))
  if (outcome === null) throw new NotFound('concurrency limit', id, { path: ['id'] })
  if (outcome === 'taken') throw new Conflict(`There is a concurrency limit "${name}" already.`, { path: ['name'] })
  const { workspaceId, coordinators, reader } = context
  if (outcome === 'changed') coordinators.ringFeed({ workspaceId, topic: CONCURRENCY_LIMITS_TOPIC })
  reader.forget()
  return (await reader.load(concurrencyLimitLoader, id)) as ConcurrencyLimitRow
}
