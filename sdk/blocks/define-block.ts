/**
 * Types of blocks in code:
 *
 *     export const warehouse = defineBlock('warehouse', z.object({ host: z.string(), password: secret(z.string()) }))
 *     const { host, password } = await warehouse.load('main')
 */
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { builtInBlockTypes } from '../../core/blocks/built-in-types.ts'
import { BLOCK_NAME_EXPECTED, isBlockName } from '../../core/blocks/names.ts'
import { readAt, secretMarkProblems, secretPlaces } from '../../core/blocks/secret-places.ts'
import type { JsonObject } from '../../core/json-value.ts'
import { checkKeys } from '../check-options.ts'
import { hideValue } from '../redaction/hidden-values.ts'
import { UsageError } from '../errors.ts'
import { jsonSchemaOf } from '../schemas/json-schema-of.ts'
import { judgeBySchema } from '../schemas/judge-by-schema.ts'
import { ask, askerHere, type Asker } from './ask-for-blocks.ts'
import { loadBlock, saveBlock } from './blocks.ts'
import { BlockInvalid, BlockNotSaved } from './errors.ts'

/** What people are shown of a type. */
export interface BlockTypeOptions {
  /** The slug when left out. */
  name?: string
  /** For people, below the name. */
  description?: string
  /** A picture, by its https address. */
  logoUrl?: string
}

/** A type of blocks, with which blocks of it are loaded and saved. */
export interface BlockType<Input extends object, Output extends object = Input> {
  /** What stands before the slash: `warehouse/main`. */
  readonly slug: string
  /** What people see. */
  readonly name: string
  /** As it was given; null without one. */
  readonly description: string | null
  /** As it was given; null without one. */
  readonly logoUrl: string | null
  /** As it is registered; `writeOnly` marks secret fields. */
  readonly schema: JsonObject
  /** The block of this name: validated, typed, its secrets hidden in all that the run says. Throws BlockNotLoaded, BlockInvalid. */
  load(name: string): Promise<Output>
  /** Makes the block, or replaces its data; outside of a run it registers the type when the workspace has none. Throws BlockNotSaved, BlockInvalid. */
  save(name: string, data: Input): Promise<void>
  /** Makes the type in the workspace, or brings it to what it is here. For programs; a deploy does it with `weir block type register`. Throws BlockNotSaved. */
  register(): Promise<void>
}

const KEY = Symbol.for('weirflow.block-type')

/** What `defineBlock` has made, in whichever copy of the package; null for anything else. */
export const definedBlock = (value: unknown): BlockType<object> | null =>
  typeof value === 'object' && value !== null && KEY in value ? (value as unknown as BlockType<object>) : null

/** Marks a field as secret: sealed in the workspace, `********` wherever it is shown, in clear for runs only. For schemas of zod 4. */
export function secret<Schema extends StandardSchemaV1>(schema: Schema): Schema {
  const { meta } = schema as { meta?: (data: object) => Schema }
  if (typeof meta !== 'function')
    throw new UsageError('secret() needs a schema of zod 4', 'For another library write `writeOnly: true` into the JSON Schema that it makes.')
  return meta.call(schema, { writeOnly: true })
}

const REGISTER = `mutation RegisterBlockType($input: RegisterBlockTypeInput!) { registerBlockType(input: $input) {
  ... on RegisterBlockTypeSuccess { created } ... on Error { code message hint } } }`

/** `slug`: 1 to 100 of `a-z 0-9 - _`. The schema is that of an object, with a JSON form. Throws UsageError. */
export function defineBlock<Schema extends StandardSchemaV1<object, object>>(
  slug: string,
  schema: Schema,
  options: BlockTypeOptions = {},
): BlockType<StandardSchemaV1.InferInput<Schema>, StandardSchemaV1.InferOutput<Schema>> {
  const owner = typeof slug === 'string' ? `defineBlock(${JSON.stringify(slug)})` : 'defineBlock'
  if (typeof slug !== 'string' || !isBlockName(slug)) throw new UsageError(`${owner} needs a slug: ${BLOCK_NAME_EXPECTED}`)
  if (builtInBlockTypes.has(slug)) throw new UsageError(`${owner} names a type that every workspace has`, 'Choose another slug.')
  checkKeys(options, ['name', 'description', 'logoUrl'], owner)
  const { name = slug, description = null, logoUrl = null } = options
  const form = formOf(schema, owner)
  const register = async (asker: Asker) => {
    type Answer = { registerBlockType: { created?: boolean; code?: string; message?: string; hint?: string | null } }
    const fail = (code: string, why: string, hint?: string) => new BlockNotSaved(`type ${slug}`, code, why, hint)
    const { registerBlockType } = await ask<Answer>(asker, REGISTER, { input: { slug, name, description, logoUrl, schema: form } }, fail)
    const { created, code = 'UNKNOWN', message = 'no reason was given', hint } = registerBlockType
    if (created === undefined) throw fail(code, message, hint ?? undefined)
  }
  const type: BlockType<StandardSchemaV1.InferInput<Schema>, StandardSchemaV1.InferOutput<Schema>> = {
    slug,
    name,
    description,
    logoUrl,
    schema: form,
    async load(block) {
      checkName(`${slug}.load`, block)
      const data = await loadBlock({ type: slug, name: block })
      const hint = `Bring it up to date with "weir block update ${slug}/${block}".`
      return (await judge(schema, data, `${slug}/${block}`, hint)) as StandardSchemaV1.InferOutput<Schema>
    },
    async save(block, data) {
      checkName(`${slug}.save`, block)
      // What is about to be secret is so already, in what is said of a mistake.
      for (const place of secretPlaces(form, data as JsonObject)) hideValue(readAt(data as JsonObject, place) ?? null)
      await judge(schema, data, `${slug}/${block}`)
      await saveBlock({ type: slug, name: block }, data as JsonObject, async (asker) => {
        if (!asker.isRun) await register(asker)
      })
    },
    async register() {
      const asker = await askerHere()
      if (!asker)
        throw new BlockNotSaved(
          `type ${slug}`,
          'no_control_plane',
          'there is no control plane',
          'Start one with "weir server start", or set WEIR_API_URL.',
        )
      await register(asker)
    },
  }
  return Object.defineProperty(type, KEY, { value: true })
}

function checkName(owner: string, name: string): void {
  if (typeof name !== 'string' || !isBlockName(name)) throw new UsageError(`${owner} needs the name of a block: ${BLOCK_NAME_EXPECTED}`)
}

/** JSON Schema of what is stored. */
function formOf(schema: StandardSchemaV1, owner: string): JsonObject {
  const form = jsonSchemaOf(schema, `the schema of ${owner}`)
  if (form === null) throw new UsageError(`${owner} needs a schema with a JSON form, for example z.object({ … })`, 'Use zod 4.2 or newer.')
  if (form['type'] !== 'object') throw new UsageError(`${owner} needs the schema of an object, for example z.object({ … })`)
  const [problem] = secretMarkProblems(form)
  if (problem !== undefined) throw new UsageError(`${owner}: ${problem}`)
  return form
}

/** The data as the schema makes it. Throws BlockInvalid. */
async function judge(schema: StandardSchemaV1, data: unknown, name: string, hint?: string): Promise<unknown> {
  const judged = await judgeBySchema(schema, data)
  if ('issues' in judged) throw new BlockInvalid(name, judged.issues, hint)
  return judged.value
}
