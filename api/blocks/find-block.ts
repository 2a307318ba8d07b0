/** How callers name a block: by its id, or by `type/name`. */
import { BLOCK_NAME_EXPECTED, type BlockName, parseBlockName } from '../../core/blocks/names.ts'
import { type BlockRow, findBlockByName, findBlocks } from '../../db/queries/blocks/find-blocks.ts'
import type { Context } from '../context.ts'
import { Invalid } from '../errors.ts'
import { permit } from '../permissions.ts'
import { loader } from '../reader.ts'

/** Blocks by id. */
export const blockLoader = loader(findBlocks, (block: BlockRow) => block.id)

/** The parts of `type/name`; throws Invalid with the place. */
export function readBlockName(text: string, path: string[]): BlockName {
  const name = parseBlockName(text)
  if (name) return name
  const expected = `type/name, each ${BLOCK_NAME_EXPECTED}`
  throw new Invalid([{ path, message: `${JSON.stringify(text.slice(0, 80))} does not name a block: expected ${expected}`, expected }])
}

/** A block by id or by name; null when there is none. Throws Invalid unless exactly one is given. */
export async function findBlock(context: Context, { id, name }: { id: string | null; name: string | null }): Promise<BlockRow | null> {
  permit(context.actor, 'blocks:read')
  if (id !== null && name === null) return context.reader.load(blockLoader, id)
  if (name === null || id !== null) throw new Invalid([{ path: ['name'], message: 'expected either `id` or `name`', expected: 'one of them' }])
  return context.reader.run(findBlockByName(readBlockName(name, ['name'])))
}
