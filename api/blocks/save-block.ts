/** Making and changing blocks. What is secret in them is sealed before it goes to the record, and `********` given for a secret keeps the one that is there. */
import { builtInBlockTypes } from '../../core/blocks/built-in-types.ts'
import { type BlockName, formatBlockName } from '../../core/blocks/names.ts'
import { fieldOf, HIDDEN, placesNotTold, readAt, secretPlaces } from '../../core/blocks/secret-places.ts'
import { newId } from '../../core/ids.ts'
import type { JsonObject, JsonValue } from '../../core/json-value.ts'
import { BLOCKS_TOPIC } from '../../core/topics.ts'
import { type BlockRow, findBlockByName } from '../../db/queries/blocks/find-blocks.ts'
import { saveBlock as saveRow } from '../../db/queries/blocks/write-blocks.ts'
import type { Statement } from '../../db/statement.ts'
import { describeActor } from '../auth/actor.ts'
import { deedOf } from '../auth/deed-of.ts'
import { blockTypeOf, type BlockTypeValue } from '../block-types/find-block-type.ts'
import type { Context } from '../context.ts'
import { Conflict, Invalid, NotFound } from '../errors.ts'
import { decodeId } from '../node.ts'
import { once } from '../once.ts'
import { permit } from '../permissions.ts'
import { hashSecret } from '../auth/hash-secret.ts'
import { checkBlockData, checkBlockFits, checkBlockName } from './check-block.ts'
import { blockLoader } from './find-block.ts'
import { openBlock, sealBlock } from './open-block.ts'

/** How often a block is read again that others write at the same time. */
const TRIES = 5

interface BlockInput {
  /** Slug. */
  type: string
  name: string
  data: JsonValue
}

/** A new block. Audited without its values. Throws Invalid; NotFound when there is no such type; Conflict when the name is taken. */
export async function createBlock(
  context: Context,
  { idempotencyKey, ...input }: BlockInput & { idempotencyKey?: string | null },
): Promise<BlockRow> {
  permit(context.actor, 'blocks:save')
  // Of the values only a hash is remembered with the key, as of the whole request.
  const request = { ...input, data: await hashSecret(JSON.stringify(input.data)) }
  return once(
    context,
    { key: idempotencyKey, verb: 'createBlock', input: request, madeIn: 'blocks' },
    (id) => context.reader.load(blockLoader, id),
    async (id, behind) => {
      const { type, data } = await prepare(context, input)
      const outcome = await write(context, { type, name: input.name, data, before: null, id, behind })
      if (outcome !== 'created') throw taken({ type: type.slug, name: input.name })
      return readAgain(context, id)
    },
  )
}

/** The block of this name as it is given: made, or changed. The same again changes nothing. Throws as `createBlock`. */
export async function saveBlock(context: Context, input: BlockInput): Promise<{ block: BlockRow; created: boolean }> {
  permit(context.actor, 'blocks:save')
  const { type, data } = await prepare(context, input)
  for (let attempt = 1; ; attempt++) {
    const before = await context.db.run(findBlockByName({ type: type.slug, name: input.name }))
    const id = before?.id ?? newId()
    const outcome = await write(context, { type, name: input.name, data, before, id, behind: [] })
    if (outcome === 'created' || outcome === 'changed') return { block: await readAgain(context, id), created: outcome === 'created' }
    if (attempt === TRIES)
      throw new Conflict(`Block "${formatBlockName({ type: type.slug, name: input.name })}" is being written by others.`, { hint: 'Try again.' })
  }
}

/** Another name or other data, as a whole. Throws Invalid, NotFound, Conflict. */
export async function updateBlock(context: Context, input: { id: string; name?: string | null; data?: JsonValue | undefined }): Promise<BlockRow> {
  permit(context.actor, 'blocks:save')
  const id = decodeId('Block', input.id, ['id'])
  for (let attempt = 1; ; attempt++) {
    context.reader.forget()
    const before = await context.reader.load(blockLoader, id)
    if (!before) throw new NotFound('block', id, { path: ['id'] })
    const name = input.name ?? before.name
    // What is shown of a block is what one gives to leave it as it is.
    const { type, data } = await prepare(context, { type: before.typeSlug, name, data: input.data ?? before.data })
    const outcome = await write(context, { type, name, data, before, id, behind: [] })
    if (outcome === 'changed') return readAgain(context, id)
    if (outcome === 'taken') throw taken({ type: type.slug, name })
    if (attempt === TRIES)
      throw new Conflict(`Block "${formatBlockName({ type: type.slug, name })}" is being written by others.`, { hint: 'Try again.' })
  }
}

/** What does not depend on the block that is there: its type, its name, the shape of its data. */
async function prepare(context: Context, { type: slug, name, data }: BlockInput): Promise<{ type: BlockTypeValue; data: JsonObject }> {
  const issues = [...checkBlockName(name, ['name']), ...checkBlockData(data)]
  if (issues.length > 0) throw new Invalid(issues)
  const type = await blockTypeOf(context, slug)
  if (!type)
    throw new NotFound('block type', slug.slice(0, 100), { path: ['type'], hint: 'Register it first: `weir block type register FILE:EXPORT`.' })
  return { type, data: data as JsonObject }
}

interface Write {
  type: BlockTypeValue
  name: string
  data: JsonObject
  before: BlockRow | null
  id: string
  /** Statements that stand behind the one that makes it. */
  behind: readonly Statement<unknown>[]
}

/** Checks, seals and writes; `changed` also when it says what it said before. */
async function write(context: Context, { type, name, data, before, id, behind }: Write): Promise<'created' | 'changed' | 'taken' | 'raced'> {
  const { schema } = type
  const given = secretPlaces(schema, data)
  const sealedBefore = new Map(Object.entries(before?.sealed ?? {}))
  // What was sealed and is kept stays sealed, whatever the type says by now: else a type could be changed to read it.
  const kept = new Map([...sealedBefore].filter(([pointer]) => readAt(data, pointer) === HIDDEN))
  const orphan = given.find((pointer) => readAt(data, pointer) === HIDDEN && !kept.has(pointer))
  if (orphan !== undefined) {
    const message = `"${HIDDEN}" stands for a secret that is there already, and "${fieldOf(orphan)}" has none`
    throw new Invalid([{ path: ['data', ...fieldOf(orphan).split('.')], message, expected: 'the secret itself' }])
  }
  const places = [...new Set([...given, ...kept.keys()])]
  const issues = checkBlockFits(schema, data, { secret: [...places, ...placesNotTold(schema, data)], kept: [...kept.keys()] })
  if (issues.length > 0) throw new Invalid(issues)
  const known = before ? await stillTrue(context, before, data, kept) : kept
  const anew = await sealBlock(context, { id, data, places, known })
  if (before && before.name === name && isSame(before, anew)) return 'changed'
  const deed = deedOf(context.actor, 'blocks:save', { block: formatBlockName({ type: type.slug, name }), fields: Object.keys(data) })
  const [outcome] = await context.db.batch(
    saveRow(
      {
        id,
        typeSlug: type.slug,
        isBuiltIn: builtInBlockTypes.has(type.slug),
        name,
        by: describeActor(context.actor),
        revision: before?.revision ?? null,
        ...anew,
      },
      deed,
    ),
    ...behind,
  )
  if (outcome === 'no-type') throw new NotFound('block type', type.slug, { path: ['type'] })
  if (outcome !== 'taken' && outcome !== 'raced') context.coordinators.ringFeed({ workspaceId: context.workspaceId, topic: BLOCKS_TOPIC })
  return outcome
}

/** Sealed texts that say what is to be said: those that are kept, and those whose value was given again. */
async function stillTrue(context: Context, before: BlockRow, data: JsonObject, kept: ReadonlyMap<string, string>): Promise<Map<string, string>> {
  const known = new Map(kept)
  let opened: JsonObject
  try {
    opened = await openBlock(context, before)
  } catch (error) {
    // What cannot be opened is written anew.
    if (error instanceof Conflict) return known
    throw error
  }
  for (const [pointer, text] of Object.entries(before.sealed))
    if (!known.has(pointer) && canonical(readAt(opened, pointer)) === canonical(readAt(data, pointer))) known.set(pointer, text)
  return known
}

const isSame = (before: BlockRow, after: { data: JsonObject; sealed: Record<string, string> }): boolean =>
  canonical(before.data) === canonical(after.data) && canonical(before.sealed) === canonical(after.sealed)

/** JSON with the keys of objects in order. */
const canonical = (value: JsonValue | undefined): string | undefined =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )

const taken = (name: BlockName): Conflict =>
  new Conflict(`There is a block "${formatBlockName(name)}" already.`, { path: ['name'], hint: 'Change it with `saveBlock` or `updateBlock`.' })

async function readAgain({ reader }: Context, id: string): Promise<BlockRow> {
  reader.forget()
  return (await reader.load(blockLoader, id)) as BlockRow
}
