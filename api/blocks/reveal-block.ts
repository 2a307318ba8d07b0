/** The one door through which a block is read in clear. Whoever passes it stands in the audit before the answer leaves. */
import { formatBlockName } from '../../core/blocks/names.ts'
import type { JsonObject } from '../../core/json-value.ts'
import { revealBlock as revealRow } from '../../db/queries/blocks/find-blocks.ts'
import { deedOf } from '../auth/deed-of.ts'
import type { Context } from '../context.ts'
import { Forbidden, NotFound } from '../errors.ts'
import { permit } from '../permissions.ts'
import { readBlockName } from './find-block.ts'
import { openBlock } from './open-block.ts'

export interface Revealed {
  id: string
  /** `type/name`. */
  name: string
  data: JsonObject
  /** JSON pointers. */
  secretPlaces: string[]
}

/**
 * A block's data with its secrets, for a run under its present epoch and for keys that may. Throws FORBIDDEN, Invalid, NotFound; Conflict where a value does
 * not open.
 */
export async function revealBlock(context: Context, input: { name: string }): Promise<Revealed> {
  const { actor } = context
  permit(actor, 'blocks:reveal')
  const name = readBlockName(input.name, ['name'])
  const holder = actor.kind === 'runner' ? { flowRunId: actor.flowRunId, epoch: actor.epoch } : null
  const { block, isHeld } = await context.db.run(revealRow(name, holder, deedOf(actor, 'blocks:reveal', { block: formatBlockName(name) })))
  if (!isHeld)
    throw new Forbidden('The run is not in the hands of whoever asks any more.', {
      hint: 'Its next attempt reads the block with a token of its own.',
    })
  if (!block) throw new NotFound('block', formatBlockName(name), { path: ['name'] })
  return { id: block.id, name: formatBlockName(name), data: await openBlock(context, block), secretPlaces: Object.keys(block.sealed) }
}
