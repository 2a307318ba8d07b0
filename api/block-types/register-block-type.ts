/** Registering types of blocks: made, or changed. */
import { BLOCKS_TOPIC } from '../../core/topics.ts'
import { newId } from '../../core/ids.ts'
import type { JsonObject } from '../../core/json-value.ts'
import { registerBlockType as registerRow } from '../../db/queries/block-types/block-types.ts'
import { describeActor } from '../auth/actor.ts'
import { deedOf } from '../auth/deed-of.ts'
import { sealWhatIsSecretNow } from '../blocks/seal-anew.ts'
import type { Context } from '../context.ts'
import { Invalid, LimitExceeded } from '../errors.ts'
import { permit } from '../permissions.ts'
import { checkBlockType, MOST_BLOCK_TYPES } from './check-block-type.ts'
import { type BlockTypeValue, blockTypeWithId } from './find-block-type.ts'

interface RegisterInput {
  slug: string
  /** The slug when left out. */
  name?: string | null
  description?: string | null
  logoUrl?: string | null
  schema: JsonObject | boolean
}

/**
 * A type of this slug as it is given: made, or changed. The same again changes nothing. Fields that the new schema makes secret are sealed in the blocks
 * that are there. Audited. Throws Invalid, LimitExceeded.
 */
export async function registerBlockType(context: Context, input: RegisterInput): Promise<{ blockType: BlockTypeValue; created: boolean }> {
  permit(context.actor, 'block-types:register')
  const given = {
    slug: input.slug,
    name: input.name ?? input.slug,
    description: input.description ?? null,
    logoUrl: input.logoUrl ?? null,
    schema: input.schema,
  }
  const issues = checkBlockType(given)
  if (issues.length > 0) throw new Invalid(issues)
  const schema = given.schema as JsonObject
  const { workspaceId, coordinators, reader } = context
  const deed = deedOf(context.actor, 'block-types:register', { slug: given.slug })
  const { outcome, id } = await context.db.run(
    registerRow({ ...given, schema, id: newId(), by: describeActor(context.actor), max: MOST_BLOCK_TYPES }, deed),
  )
  if (outcome === 'full' || id === null)
    throw new LimitExceeded(`There are ${MOST_BLOCK_TYPES} types of blocks already.`, MOST_BLOCK_TYPES, { hint: 'Delete those that nobody uses.' })
  // Also when nothing has changed: an earlier request may have been cut off before it was through.
  if (outcome !== 'created') await sealWhatIsSecretNow(context, given.slug, schema)
  if (outcome !== 'unchanged') coordinators.ringFeed({ workspaceId, topic: BLOCKS_TOPIC })
  reader.forget()
  return { blockType: (await blockTypeWithId(context, id)) as BlockTypeValue, created: outcome === 'created' }
}
