/** What others are told of a schema of the author's: the JSON Schema of what it takes, where the author's schema library can say it. */
import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { JsonObject } from '../../core/json-value.ts'
import { messageOf, UsageError } from '../errors.ts'

/** Null when the library has no JSON form (Standard JSON Schema; zod 4.2 or newer). Throws UsageError for a schema that cannot be written so; `owner` names it. */
export function jsonSchemaOf(schema: StandardSchemaV1, owner: string): JsonObject | null {
  const standard = schema?.['~standard'] as { jsonSchema?: { input(options: { target: string }): JsonObject } } | undefined
  if (!standard?.jsonSchema) return null
  try {
    return standard.jsonSchema.input({ target: 'draft-2020-12' })
  } catch (error) {
    throw new UsageError(
      `no JSON Schema can be made of ${owner}: ${messageOf(error)}`,
      'Use types that JSON has (text, number, boolean, list, object); dates as z.iso.date() or z.iso.datetime().',
    )
  }
}
