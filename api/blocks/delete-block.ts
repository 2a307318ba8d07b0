/** Deleting blocks. */
import { BLOCKS_TOPIC } from '../../core/topics.ts'
import { deleteBlock as deleteRow } from '../../db/queries/blocks/write-blocks.ts'
import { deedOf } from '../auth/deed-of.ts'
import type { Context } from '../context.ts'
import { NotFound } from '../errors.ts'
import { decodeId } from '../node.ts'
import { permit } from '../permissions.ts'

/** Answers the raw id of what is gone. Audited. Throws Invalid, NotFound. */
export async function deleteBlock(context: Context, input: { id: string }): Promise<string> {
  permit(context.actor, 'blocks:delete')
  const id = decodeId('Block', input.id, ['id'])
  if (!(await context.db.run(deleteRow(id, deedOf(context.actor, 'blocks:delete'))))) throw new NotFound('block', id, { path: ['id'] })
  context.coordinators.ringFeed({ workspaceId: context.workspaceId, topic: BLOCKS_TOPIC })
  return id
}
