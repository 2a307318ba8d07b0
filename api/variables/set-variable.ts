/** Making variables, and giving them another value. */
import type { JsonValue } from '../../core/json-value.ts'
import { VARIABLES_TOPIC } from '../../core/topics.ts'
import type { VariableRow } from '../../db/queries/variables/find-variables.ts'
import { setVariable as setRow } from '../../db/queries/variables/write-variables.ts'
import { describeActor } from '../auth/actor.ts'
import { deedOf } from '../auth/deed-of.ts'
import type { Context } from '../context.ts'
import { Conflict, Invalid } from '../errors.ts'
import { once } from '../once.ts'
import { permit } from '../permissions.ts'
import { checkVariable } from './check-variable.ts'
import { variableLoader } from './types.ts'

interface VariableInput {
  name: string
  value: JsonValue
  /** Left out: as they are, none for a new one. */
  tags?: string[] | null
  idempotencyKey?: string | null
}

/**
 * A variable of this name with this value: made, or with `overwrite` changed. The same again changes nothing. Audited without its value. Throws Invalid;
 * Conflict when there is one and it is not to be overwritten.
 */
export async function setVariable(
  context: Context,
  { name, value, idempotencyKey, ...input }: VariableInput,
  { overwrite }: { overwrite: boolean },
): Promise<{ variable: VariableRow; created: boolean }> {
  permit(context.actor, 'variables:set')
  const tags = input.tags == null ? null : [...new Set(input.tags)]
  const issues = checkVariable({ name, value, tags })
  if (issues.length > 0) throw new Invalid(issues)
  const by = describeActor(context.actor)
  const { workspaceId, coordinators, reader } = context
  const find = async (id: string) => {
    const variable = await reader.load(variableLoader, id)
    return variable && { variable, created: false }
  }
  return once(
    context,
    { key: idempotencyKey, verb: 'createVariable', input: { name, value, tags }, madeIn: 'variables' },
    find,
    async (newId, behind) => {
      const deed = deedOf(context.actor, 'variables:set', { name })
      const [{ outcome, id }] = await context.db.batch(setRow({ id: newId, name, value, tags, by, overwrite }, deed), ...behind)
      if (outcome === 'taken') {
        throw new Conflict(`There is a variable "${name}" already.`, { path: ['name'], hint: 'Change it with `setVariable` or `updateVariable`.' })
      }
      if (outcome !== 'unchanged') coordinators.ringFeed({ workspaceId, topic: VARIABLES_TOPIC })
      reader.forget()
      return { variable: (await reader.load(variableLoader, id)) as VariableRow, created: outcome === 'created' }
    },
  )
}
