/** `blocks.load('warehouse/main')`: blocks by their names, without a definition. With one, `defineBlock` gives the same, typed and validated. */
import { BLOCK_NAME_EXPECTED, type BlockName, formatBlockName, parseBlockName } from '../../core/blocks/names.ts'
import { SECRET_TYPE } from '../../core/blocks/built-in-types.ts'
import type { JsonObject } from '../../core/json-value.ts'
import { UsageError } from '../errors.ts'
import { redactText } from '../redaction/hidden-values.ts'
import { ask, type Asker, askerHere, forgetBlock, revealBlock } from './ask-for-blocks.ts'
import { BlockNotLoaded, BlockNotSaved } from './errors.ts'
import { secretFromEnvironment } from './secrets.ts'

const SAVE = `mutation SaveBlock($input: SaveBlockInput!) { saveBlock(input: $input) {
  ... on SaveBlockSuccess { created } ... on Error { code message path hint } } }`

/** Blocks by their names, `type/name`, untyped. `defineBlock` gives the same typed and validated. */
export const blocks = {
  /** Its data, secrets in clear and hidden from then on in all that the run says. Throws BlockNotLoaded, UsageError. */
  load: (name: string): Promise<JsonObject> => loadBlock(readName('blocks.load', name)),
  /** Makes it, or replaces its data. Throws BlockNotSaved, UsageError. */
  save: (name: string, data: JsonObject): Promise<void> => saveBlock(readName('blocks.save', name), data),
}

function readName(owner: string, text: string): BlockName {
  const name = typeof text === 'string' ? parseBlockName(text) : null
  if (!name) throw new UsageError(`${owner} needs a name as type/name, each ${BLOCK_NAME_EXPECTED}, and got ${JSON.stringify(text)}`)
  return name
}

/** As `blocks.load`. */
export async function loadBlock(block: BlockName): Promise<JsonObject> {
  if (block.type === SECRET_TYPE.slug) {
    const own = secretFromEnvironment(block.name)
    if (own !== undefined) return { value: own }
  }
  return revealBlock(await askerFor(block), block)
}

/** As `blocks.save`. `whenTypeIsMissing` may make the type; then it is tried once more. */
export async function saveBlock(block: BlockName, data: JsonObject, whenTypeIsMissing?: (asker: Asker) => Promise<void>): Promise<void> {
  const name = formatBlockName(block)
  const asker = await askerFor(block)
  const save = async () => {
    type Answer = { saveBlock: { created?: boolean; code?: string; message?: string; path?: string[] | null; hint?: string | null } }
    const answer = await ask<Answer>(asker, SAVE, { input: { ...block, data } }, (code, why, hint) => new BlockNotSaved(name, code, why, hint))
    return answer.saveBlock
  }
  let answer = await save()
  if (answer.code === 'NOT_FOUND' && whenTypeIsMissing) {
    await whenTypeIsMissing(asker)
    answer = await save()
  }
  forgetBlock(asker, block)
  const { created, code = 'UNKNOWN', message = 'no reason was given', hint } = answer
  if (created === undefined) throw new BlockNotSaved(name, code, redactText(message), hint ?? undefined)
}

async function askerFor(block: BlockName): Promise<Asker> {
  const asker = await askerHere()
  if (asker) return asker
  const hint = 'Start one with "weir server start", or set WEIR_API_URL.'
  throw new BlockNotLoaded(`block "${formatBlockName(block)}"`, 'no_control_plane', 'there is no control plane to ask', hint)
}
