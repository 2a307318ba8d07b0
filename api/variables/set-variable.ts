/** Making variables, and giving them another value. */
import { newId } from '../../core/ids.ts'
import type { JsonValue } from '../../core/json-value.ts'
import { VARIABLES_TOPIC } from '../../core/topics.ts'
import type { VariableRow } from '../../db/queries/variables/find-variables.ts'
import { setVariable as setRow } from '../../db/queries/variables/write-variables.ts'
import { describeActor } from '../auth/actor.ts'
import { deedOf } from '../auth/deed-of.ts'
import type { Context } from '../context.ts'
import { Conflict, Invalid } from '../errors.ts'
import { permit } from '../permissions.ts'
import { checkVariable } from './check-variable.ts'
import { variableLoader } from './types.ts'

interface VariableInput {
  name: string
  value: JsonValue
  /** Left out: as they are, none for a new one. */
  tags?: string[] | null
}

/**
 * A variable of this name with this value: made, or with `overwrite` changed. The same again changes nothing. Audited without its value. Throws Invalid;
 * Conflict when there is one and it is not to be overwritten.
 */
export async function setVariable(
  context: Context,
  { name, value, tags = null }: VariableInput,
  { overwrite }: { overwrite: boolean },
): Promise<{ variable: VariableRow; created: boolean }> {
  permit(context.actor, 'variables:set')
  const issues = checkVariable({ name, value, tags })
  if (issues.length > 0) throw new Invalid(issues)
  const by = describeActor(context.actor)
  const { outcome, id } = await context.db.run(
    setRow({ id: newId(), name, value, tags, by, overwrite }, deedOf(context.actor, 'variables:set', { name })),
  )
  if (outcome === 'taken') {
    throw new Conflict(`There is a variable "${name}" already.`, { path: ['name'], hint: 'Change it with `setVariable` or `updateVariable`.' })
  }
  const { workspaceId, coordinators, reader } = context
  if (outcome !== 'unchanged') coordinators.ringFeed({ workspaceId, topic: VARIABLES_TOPIC })
  reader.forget()
  return { variable: (await reader.load(variableLoader, id)) as VariableRow, created: outcome === 'created' }
}
