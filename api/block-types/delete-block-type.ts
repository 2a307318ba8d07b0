/** Deleting types of blocks. */
import { builtInBlockTypes } from '../../core/blocks/built-in-types.ts'
import { BLOCKS_TOPIC } from '../../core/topics.ts'
import { deleteBlockType as deleteRow } from '../../db/queries/block-types/block-types.ts'
import { deedOf } from '../auth/deed-of.ts'
import type { Context } from '../context.ts'
import { Conflict, NotFound } from '../errors.ts'
import { decodeId } from '../node.ts'
import { permit } from '../permissions.ts'
import { inTheWay } from '../removal.ts'

/** Answers the raw id of what is gone. Audited. Throws Invalid, NotFound, and Conflict while there are blocks of it, or when it is built in. */
export async function deleteBlockType(context: Context, input: { id: string }): Promise<string> {
  permit(context.actor, 'block-types:delete')
  const id = decodeId('BlockType', input.id, ['id'])
  if ([...builtInBlockTypes.values()].some((type) => type.id === id))
    throw new Conflict('A type that every workspace has cannot be deleted.', { path: ['id'] })
  const left = await context.db.run(deleteRow(id, deedOf(context.actor, 'block-types:delete')))
  if (left === null) throw new NotFound('block type', id, { path: ['id'] })
  if (left > 0) throw inTheWay(left, 'block is of this type', 'blocks are of this type', 'Delete them first.')
  context.coordinators.ringFeed({ workspaceId: context.workspaceId, topic: BLOCKS_TOPIC })
  return id
}
