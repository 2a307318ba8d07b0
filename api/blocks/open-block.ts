/** What is secret in a block: sealed for its place, and opened again. */
import { HIDDEN, fieldOf, readAt, replaceAt, secretPlaces } from '../../core/blocks/secret-places.ts'
import { formatBlockName } from '../../core/blocks/names.ts'
import type { JsonObject, JsonValue } from '../../core/json-value.ts'
import type { BlockRow } from '../../db/queries/blocks/find-blocks.ts'
import type { Context } from '../context.ts'
import { Conflict } from '../errors.ts'
import { CannotOpen } from './sealer.ts'

type Sealing = Pick<Context, 'sealer' | 'workspaceId'>

const placeOf = ({ workspaceId }: Sealing, blockId: string, pointer: string): string[] => ['block', workspaceId, blockId, pointer]

/** The data in clear. Throws Conflict where a value does not open: its key is not here, or what is stored is not what was sealed. */
export async function openBlock(context: Sealing, block: BlockRow): Promise<JsonObject> {
  const values = new Map<string, JsonValue>()
  for (const [pointer, sealed] of Object.entries(block.sealed)) {
    try {
      values.set(pointer, JSON.parse(await context.sealer.open(sealed, placeOf(context, block.id, pointer))) as JsonValue)
    } catch (error) {
      if (!(error instanceof CannotOpen)) throw error
      const name = formatBlockName({ type: block.typeSlug, name: block.name })
      throw new Conflict(`"${fieldOf(pointer)}" of block "${name}" cannot be opened: ${error.message}.`, {
        hint: error.missingKey === null ? 'Set the value anew.' : 'Put the key back into SECRETS_KEY, or set the value anew.',
      })
    }
  }
  return replaceAt(block.data, values)
}

/** Data as it is stored: `********` at each of the places, and what stood there sealed. `known`: sealed texts that still say what they say. */
export async function sealBlock(
  context: Sealing,
  { id, data, places, known }: { id: string; data: JsonObject; places: readonly string[]; known: ReadonlyMap<string, string> },
): Promise<{ data: JsonObject; sealed: Record<string, string>; keyIds: string[] }> {
  const sealed: Record<string, string> = {}
  for (const pointer of places)
    sealed[pointer] = known.get(pointer) ?? (await context.sealer.seal(JSON.stringify(readAt(data, pointer)), placeOf(context, id, pointer)))
  const keyIds = [...new Set(Object.values(sealed).map((text) => text.split('.')[1] as string))].sort()
  return { data: replaceAt(data, new Map(places.map((pointer) => [pointer, HIDDEN]))), sealed, keyIds }
}

/** What people see: `********` for what is sealed, and for what the type says to be secret by now. */
export function hideSecrets(block: BlockRow, schema: JsonObject | null): JsonObject {
  // A type that is gone says of nothing that it is not secret.
  if (schema === null) return {}
  return replaceAt(block.data, new Map([...Object.keys(block.sealed), ...secretPlaces(schema, block.data)].map((pointer) => [pointer, HIDDEN])))
}
