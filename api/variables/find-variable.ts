/** How callers name a variable: by its id, or by its name. */
import { findVariableByName, type VariableRow } from '../../db/queries/variables/find-variables.ts'
import type { Context } from '../context.ts'
import { Invalid } from '../errors.ts'
import { permit } from '../permissions.ts'
import { variableLoader } from './types.ts'

/** A variable by id or by name; null when there is none. Throws Invalid unless exactly one is given. */
export async function findVariable(context: Context, { id, name }: { id: string | null; name: string | null }): Promise<VariableRow | null> {
  permit(context.actor, 'variables:read')
  if (id !== null && name === null) return context.reader.load(variableLoader, id)
  if (name === null || id !== null) throw new Invalid([{ path: ['name'], message: 'expected either `id` or `name`', expected: 'one of them' }])
  return context.reader.run(findVariableByName(name))
}
