/** Sets, changes and deletes variables. The SQL of the first two is the functions `set_variable` and `update_variable` of db/migrations. */
import { sql } from 'drizzle-orm'
import type { JsonValue } from '../../../core/json-value.ts'
import { VARIABLES_TOPIC } from '../../../core/topics.ts'
import { jsonb, type Statement, sqlStatement } from '../../statement.ts'
import type { Deed } from '../audit-rows/deed.ts'
import { namedDeed } from '../audit-rows/subject-name.ts'

interface SetVariable {
  /** For a new one. */
  id: string
  name: string
  value: JsonValue
  /** Null = as they are; none for a new one. */
  tags: string[] | null
  by: string
  /** False: what is there stays as it is. */
  overwrite: boolean
}

/** `taken`: there is one of this name, and it was not to be overwritten. */
export type SetVariableOutcome = 'created' | 'changed' | 'unchanged' | 'taken'

export const setVariable = (given: SetVariable, deed: Deed): Statement<{ outcome: SetVariableOutcome; id: string }> =>
  sqlStatement<{ outcome: SetVariableOutcome; variable_id: string }, { outcome: SetVariableOutcome; id: string }>(
    (workspaceId) => sql`select outcome, variable_id from set_variable(${workspaceId}::uuid, ${jsonb({ ...given, deed })})`,
    ([row]) => ({ outcome: (row as { outcome: SetVariableOutcome }).outcome, id: (row as { variable_id: string }).variable_id }),
  )

/** What is left out stays as it is. */
export interface VariableChange {
  name?: string
  value?: JsonValue
  tags?: string[]
}

/** Null when there is no such variable; `taken`: another one has the new name. */
export const updateVariable = (
  id: string,
  change: VariableChange & { by: string },
  deed: Deed,
): Statement<'changed' | 'unchanged' | 'taken' | null> =>
  sqlStatement<{ outcome: 'changed' | 'unchanged' | 'taken' | null }, 'changed' | 'unchanged' | 'taken' | null>(
    (workspaceId) => sql`select update_variable(${workspaceId}::uuid, ${id}::uuid, ${jsonb({ ...change, deed })}) as outcome`,
    ([row]) => row?.outcome ?? null,
  )

/** False when there is no such variable. */
export const deleteVariable = (id: string, deed: Deed): Statement<boolean> =>
  sqlStatement<{ id: string }, boolean>(
    (workspaceId) => sql`
      with deleted as (
        delete from variables where workspace_id = ${workspaceId}::uuid and id = ${id}::uuid returning id
      ), told as (
        insert into changes (workspace_id, topic, changed) select ${workspaceId}::uuid, ${VARIABLES_TOPIC}, '{}' from deleted
      ), noted as (
        select note_deed(${workspaceId}::uuid, ${namedDeed(deed, 'variables', workspaceId, id)}, id::text) from deleted
      )
      select id, (select count(*) from noted) from deleted`,
    (rows) => rows.length === 1,
  )
