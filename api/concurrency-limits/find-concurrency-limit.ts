/** How callers name a limit: by its id, or by its name. */
import { type ConcurrencyLimitRow, findConcurrencyLimitByName } from '../../db/queries/concurrency-limits/find-concurrency-limits.ts'
import type { Context } from '../context.ts'
import { Invalid } from '../errors.ts'
import { permit } from '../permissions.ts'
import { concurrencyLimitLoader } from './types.ts'

/** A limit by id or by name; null when there is none. Throws Invalid unless exactly one is given. */
export async function findConcurrencyLimit(
  context: Context,
  { id, name }: { id: string | null; name: string | null },
): Promise<ConcurrencyLimitRow | null> {
  permit(context.actor, 'concurrency-limits:read')
  if (id !== null && name === null) return context.reader.load(concurrencyLimitLoader, id)
  if (name === null || id !== null) throw new Invalid([{ path: ['name'], message: 'expected either `id` or `name`', expected: 'one of them' }])
  return context.reader.run(findConcurrencyLimitByName(name))
}
