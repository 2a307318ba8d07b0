/** Secrets that an older key has sealed get the present one, so that the older one can go. */
import { builtInBlockTypes } from '../../core/blocks/built-in-types.ts'
import { listBlocksOfOtherKeys } from '../../db/queries/maintenance/list-blocks-of-other-keys.ts'
import { saveBlock } from '../../db/queries/blocks/write-blocks.ts'
import { openBlock, sealBlock } from '../blocks/open-block.ts'
import { Conflict, WeirError } from '../errors.ts'
import type { Duty } from './duty.ts'

/** Blocks in one sweep. */
const MOST = 100

/** A block that does not open stays as it is: its key may come back. */
export const sealBlocksAnew: Duty = {
  name: 'seal-blocks-anew',
  async runOnce(context) {
    const keyId = await context.sealer.keyId().catch((error: unknown) => {
      if (error instanceof WeirError) return null
      throw error
    })
    if (keyId === null) return
    for (const { workspaceId, block } of await context.db.run(listBlocksOfOtherKeys(keyId, MOST))) {
      const { id, typeSlug, name, sealed, revision } = block
      const sealing = { sealer: context.sealer, workspaceId }
      try {
        const data = await openBlock(sealing, block)
        const anew = await sealBlock(sealing, { id, data, places: Object.keys(sealed), known: new Map() })
        const isBuiltIn = builtInBlockTypes.has(typeSlug)
        await context.db.inWorkspace(workspaceId).run(saveBlock({ id, typeSlug, isBuiltIn, name, by: '', revision, ...anew }, null))
      } catch (error) {
        if (!(error instanceof Conflict)) throw error
        context.log.warn('a block was sealed with a key that is not here', { workspaceId, blockId: id })
      }
    }
  },
}
