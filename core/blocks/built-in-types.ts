/** Types of blocks that every workspace has. They are no rows: a workspace need not be filled with them, and a new version brings what is new about them. */
import type { JsonObject } from '../json-value.ts'

export interface BuiltInBlockType {
  /** The same everywhere. */
  id: string
  slug: string
  name: string
  description: string
  schema: JsonObject
}

/** One secret value. `secrets.get` and `weir secret` are about blocks of this type. */
export const SECRET_TYPE: BuiltInBlockType = {
  id: '00000000-0000-7000-8000-000000000001',
  slug: 'secret',
  name: 'Secret',
  description: 'One value that nobody reads but runs: a password, a token, a key.',
  schema: {
    type: 'object',
    properties: {
      value: {
        title: 'Value',
        description: 'A text, or any other JSON value.',
        type: ['string', 'number', 'boolean', 'object', 'array'],
        writeOnly: true,
      },
    },
    required: ['value'],
    additionalProperties: false,
  },
}

const BUILT_IN: readonly BuiltInBlockType[] = [SECRET_TYPE]

/** All of them, by slug. */
export const builtInBlockTypes: ReadonlyMap<string, BuiltInBlockType> = new Map(BUILT_IN.map((type) => [type.slug, type]))
