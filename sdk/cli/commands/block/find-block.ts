import type { GraphqlClient } from '../../graphql.ts'
import { notFound } from '../../not-found.ts'
import { readAll } from '../../read-all.ts'
import { wrongUse } from '../../failure.ts'
import { type BlockRow, type BlockTypeRow, FIND, LIST, TYPES } from './documents.ts'

/** The parts of `type/name`. Throws Failure. */
export function readBlockName(text: string): { type: string; name: string } {
  const [type = '', name = '', ...rest] = text.split('/')
  if (type !== '' && name !== '' && rest.length === 0) return { type, name }
  throw wrongUse('BAD_NAME', `"${text}" does not name a block.`, 'Expected type/name, for example warehouse/main.')
}

/** The block of this full name. Throws Failure with the nearest one. */
export async function findBlock(client: GraphqlClient, wanted: string): Promise<BlockRow> {
  const { type, name } = readBlockName(wanted)
  const { block } = await client.ask(FIND, { name: `${type}/${name}` })
  if (block) return block
  const names = (await readAll(async (after) => (await client.ask(LIST, { after, filter: null })).blocks)).map(({ fullName }) => fullName)
  throw notFound('block', wanted, names, 'Make it: weir block create TYPE/NAME')
}

/** The type of this slug. Throws Failure with the nearest one. */
export async function findBlockType(client: GraphqlClient, slug: string): Promise<BlockTypeRow> {
  const { blockTypes } = await client.ask(TYPES, {})
  const found = blockTypes.find((type) => type.slug === slug)
  if (found) return found
  throw notFound(
    'block type',
    slug,
    blockTypes.map((type) => type.slug),
    'Register it: weir block type register FILE:EXPORT',
  )
}
