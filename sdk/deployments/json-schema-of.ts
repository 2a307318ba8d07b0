/** What a control plane knows of a flow's parameters: JSON Schema, where the author's schema library can say it. */
import type { FlowHandle } from '../engine/flow-handle.ts'
import { UsageError } from '../errors.ts'

/** Null when the flow takes none, or its library has no JSON form. Throws UsageError for a schema that cannot be written so. */
export function jsonSchemaOf({ name, schema }: Pick<FlowHandle, 'name' | 'schema'>): Record<string, unknown> | null {
  const standard = schema?.['~standard'] as { jsonSchema?: { input(options: { target: string }): Record<string, unknown> } } | undefined
  if (!standard?.jsonSchema) return null
  try {
    return standard.jsonSchema.input({ target: 'draft-2020-12' })
  } catch (error) {
    throw new UsageError(
      `The parameters of flow "${name}" have no JSON Schema: ${(error as Error).message}`,
      'Use types that JSON has (text, number, boolean, list, object); dates as z.iso.date() or z.iso.datetime().',
    )
  }
}
