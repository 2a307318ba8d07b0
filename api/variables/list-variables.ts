/** The list of variables. */
import type { Page } from '../../db/queries/page.ts'
import { countVariables, listVariables as listRows, type VariableFilter, type VariableRow } from '../../db/queries/variables/find-variables.ts'
import type { ConnectionValue } from '../connection.ts'
import type { Context } from '../context.ts'
import { permit } from '../permissions.ts'

/** A page of the workspace's variables, by name. */
export async function listVariables(
  context: Context,
  { filter, page, count }: { filter: VariableFilter | null; page: Page; count: boolean },
): Promise<ConnectionValue<VariableRow>> {
  permit(context.actor, 'variables:read')
  const rows = context.reader.run(listRows({ filter, page }))
  return { count: count ? context.reader.run(countVariables(filter)) : null, page: await rows }
}
