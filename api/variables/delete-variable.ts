/** Deleting variables. */
import { VARIABLES_TOPIC } from '../../core/topics.ts'
import { deleteVariable as deleteRow } from '../../db/queries/variables/write-variables.ts'
import { deedOf } from '../auth/deed-of.ts'
import type { Context } from '../context.ts'
import { NotFound } from '../errors.ts'
import { decodeId } from '../node.ts'
import { permit } from '../permissions.ts'

/** Answers the raw id of what is gone. Audited. Throws Invalid, NotFound. */
export async function deleteVariable(context: Context, input: { id: string }): Promise<string> {
  permit(context.actor, 'variables:delete')
  const id = decodeId('Variable', input.id, ['id'])
  if (!(await context.db.run(deleteRow(id, deedOf(context.actor, 'variables:delete'))))) throw new NotFound('variable', id, { path: ['id'] })
  context.coordinators.ringFeed({ workspaceId: context.workspaceId, topic: VARIABLES_TOPIC })
  return id
}
