/** Blocks whose sealed values are to be written anew though they say the same: their type calls more of them secret, or the key has changed. */
import { secretPlaces } from '../../core/blocks/secret-places.ts'
import { builtInBlockTypes } from '../../core/blocks/built-in-types.ts'
import type { JsonObject } from '../../core/json-value.ts'
import { type BlockRow, listBlocksOfType } from '../../db/queries/blocks/find-blocks.ts'
import { saveBlock } from '../../db/queries/blocks/write-blocks.ts'
import type { Context } from '../context.ts'
import { openBlock, sealBlock } from './open-block.ts'

/** Blocks that are looked at together. */
const PAGE = 100

/** Seals what the schema marks and is still in clear in the blocks of a type. A block that somebody else writes meanwhile is written by the new schema. */
export async function sealWhatIsSecretNow(context: Context, typeSlug: string, schema: JsonObject): Promise<void> {
  let after: string | null = null
  for (;;) {
    const blocks: BlockRow[] = await context.db.run(listBlocksOfType(typeSlug, after, PAGE))
    for (const block of blocks) {
      const { id, name, sealed, revision } = block
      const known = new Map(Object.entries(sealed))
      if (secretPlaces(schema, block.data).every((place) => known.has(place))) continue
      const data = await openBlock(context, block)
      const secret = secretPlaces(schema, data)
      // What was sealed stays so, also where the schema does not ask for it any more.
      const places = [...secret, ...[...known.keys()].filter((place) => !secret.some((one) => place === one || place.startsWith(`${one}/`)))]
      const anew = await sealBlock(context, { id, data, places, known })
      await context.db.run(saveBlock({ id, typeSlug, isBuiltIn: builtInBlockTypes.has(typeSlug), name, by: '', revision, ...anew }, null))
    }
    after = blocks.at(-1)?.id ?? null
    if (blocks.length < PAGE) return
  }
}
