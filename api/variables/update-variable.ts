/** Changing variables. What is left out stays as it is. */
import type { JsonValue } from '../../core/json-value.ts'
import { VARIABLES_TOPIC } from '../../core/topics.ts'
import type { VariableRow } from '../../db/queries/variables/find-variables.ts'
import { updateVariable as updateRow, type VariableChange } from '../../db/queries/variables/write-variables.ts'
import { describeActor } from '../auth/actor.ts'
import { deedOf } from '../auth/deed-of.ts'
import type { Context } from '../context.ts'
import { Conflict, Invalid, NotFound } from '../errors.ts'
import { decodeId } from '../node.ts'
import { permit } from '../permissions.ts'
import { checkVariable } from './check-variable.ts'
import { variableLoader } from './types.ts'

interface VariableUpdate {
  id: string
  name?: string | null
  /** Undefined = as it is: null is a value. */
  value?: JsonValue | undefined
  tags?: string[] | null
}

/** Gives a variable another name, value or tags. Audited without its value. Throws Invalid, NotFound, Conflict. */
export async function updateVariable(context: Context, { name, value, tags, ...input }: VariableUpdate): Promise<VariableRow> {
  permit(context.actor, 'variables:set')
  const id = decodeId('Variable', input.id, ['id'])
  const change: VariableChange = {
    ...(name == null ? {} : { name }),
    ...(value === undefined ? {} : { value }),
    ...(tags == null ? {} : { tags: [...new Set(tags)] }),
  }
  const issues = checkVariable(change)
  if (issues.length > 0) throw new Invalid(issues)
  const deed = deedOf(context.actor, 'variables:set', { changed: Object.keys(change) })
  const outcome = await context.db.run(updateRow(id, { ...change, by: describeActor(context.actor) }, deed))
  if (outcome === null) throw new NotFound('variable', id, { path: ['id'] })
  if (outcome === 'taken') throw new Conflict(`There is a variable "${name}" already.`, { path: ['name'] })
  const { workspaceId, coordinators, reader } = context
  if (outcome === 'changed') coordinators.ringFeed({ workspaceId, topic: VARIABLES_TOPIC })
  reader.forget()
  return (await reader.load(variableLoader, id)) as VariableRow
}
