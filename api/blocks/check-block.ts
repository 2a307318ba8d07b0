/** What a block may be. */
import { BLOCK_NAME_EXPECTED, isBlockName } from '../../core/blocks/names.ts'
import type { JsonObject, JsonValue } from '../../core/json-value.ts'
import { checkJson, checkObject, sizeOfJson } from '../check-input.ts'
import type { Issue } from '../errors.ts'
import { validateJson } from '../flow-runs/validate-parameters.ts'

/** Bytes of a block's data as JSON. */
const LARGEST_DATA = 65_536

/** The name of a block within its type. */
export function checkBlockName(name: string, path: string[]): Issue[] {
  const expected = BLOCK_NAME_EXPECTED
  return isBlockName(name)
    ? []
    : [{ path, message: `${JSON.stringify(name.slice(0, 60))} cannot be the name of a block: expected ${expected}`, expected }]
}

/** An object that the record can hold. */
export function checkBlockData(data: JsonValue): Issue[] {
  const shape = [...checkObject(data, ['data']), ...checkJson(data, ['data'])]
  if (shape.length > 0) return shape
  const bytes = sizeOfJson(data)
  const expected = `at most ${LARGEST_DATA} bytes as JSON`
  return bytes > LARGEST_DATA ? [{ path: ['data'], message: `expected ${expected}, got ${bytes}`, expected }] : []
}

/** The data against the schema of its type. `secret`: places whose values are not told; `kept`: places whose values were checked when they were set. */
export const checkBlockFits = (
  schema: JsonObject,
  data: JsonObject,
  { secret, kept }: { secret: readonly string[]; kept: readonly string[] },
): Issue[] => validateJson(schema, data, ['data'], 'the data', { undecided: kept, hidden: secret })
