/** What is asked of people, as JSON Schema: the form of a pause. */
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { kibibytes, LIMITS } from '../../core/limits.ts'
import type { JsonObject } from '../../core/json-value.ts'
import { messageOf, UsageError } from '../errors.ts'

/** JSON Schema of what the schema takes. Throws UsageError for one that has none, or whose form (with its defaults) is too large to be recorded. */
export function jsonSchemaOf(schema: StandardSchemaV1, owner: string, defaults: JsonObject | undefined): JsonObject {
  const standard = schema?.['~standard'] as
    | (StandardSchemaV1['~standard'] & { jsonSchema?: { input(options: { target: string }): JsonObject } })
    | undefined
  if (typeof standard?.validate !== 'function') throw new UsageError(`input of ${owner} must be a Standard Schema, for example z.object({ … })`)
  if (!standard.jsonSchema)
    throw new UsageError(
      `input of ${owner} has no JSON Schema, so nobody could be shown what is asked`,
      'Use zod 4.2 or newer, or another library with Standard JSON Schema.',
    )
  let form: JsonObject
  try {
    form = standard.jsonSchema.input({ target: 'draft-2020-12' })
  } catch (error) {
    throw new UsageError(
      `input of ${owner} has no JSON Schema: ${messageOf(error)}`,
      'Use types that JSON has (text, number, boolean, list, object); dates as z.iso.date() or z.iso.datetime().',
    )
  }
  const bytes = Buffer.byteLength(JSON.stringify({ form, defaults }))
  if (bytes > LIMITS.pauseForm)
    throw new UsageError(
      `input of ${owner} is ${kibibytes(bytes)} as JSON Schema with its defaults, and at most ${kibibytes(LIMITS.pauseForm)} can be asked`,
    )
  return form
}
