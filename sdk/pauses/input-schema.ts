/** What is asked of people, as JSON Schema: the form of a pause. */
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { kibibytes, LIMITS } from '../../core/limits.ts'
import type { JsonObject } from '../../core/json-value.ts'
import { UsageError } from '../errors.ts'
import { jsonSchemaOf } from '../schemas/json-schema-of.ts'

/** Throws UsageError for what is no schema or has no JSON form, or whose form (with its defaults) is too large to be recorded. */
export function formOfInput(schema: StandardSchemaV1, owner: string, defaults: JsonObject | undefined): JsonObject {
  if (typeof schema?.['~standard']?.validate !== 'function')
    throw new UsageError(`input of ${owner} must be a Standard Schema, for example z.object({ … })`)
  const form = jsonSchemaOf(schema, `the input of ${owner}`)
  if (form === null)
    throw new UsageError(
      `input of ${owner} has no JSON Schema, so nobody could be shown what is asked`,
      'Use zod 4.2 or newer, or another library with Standard JSON Schema.',
    )
  const bytes = Buffer.byteLength(JSON.stringify({ form, defaults }))
  if (bytes > LIMITS.pauseForm)
    throw new UsageError(
      `input of ${owner} is ${kibibytes(bytes)} as JSON Schema with its defaults, and at most ${kibibytes(LIMITS.pauseForm)} can be asked`,
    )
  return form
}
