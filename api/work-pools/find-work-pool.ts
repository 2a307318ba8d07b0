/** How callers name a work pool: by its id or its name. */
import { findWorkPoolByName, type WorkPoolRow } from '../../db/queries/work-pools/find-work-pools.ts'
import type { Context } from '../context.ts'
import { Invalid } from '../errors.ts'
import { permit } from '../permissions.ts'
import { workPoolLoader } from './types.ts'

/** A pool by id or by name; null when there is none. Throws Invalid unless exactly one is given. */
export async function findWorkPool(context: Context, { id, name }: { id: string | null; name: string | null }): Promise<WorkPoolRow | null> {
  permit(context.actor, 'work-pools:read')
  if (id !== null && name === null) return context.reader.load(workPoolLoader, id)
  if (name !== null && id === null) return context.reader.run(findWorkPoolByName(name))
  throw new Invalid([{ path: ['name'], message: 'expected either `id` or `name`', expected: 'one of them' }])
}
