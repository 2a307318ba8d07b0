import type { FlowHandle } from '../engine/flow-handle.ts'
import type { JsonObject } from '../../core/json-value.ts'
import { jsonSchemaOf } from '../schemas/json-schema-of.ts'

/** What a control plane knows of a flow's parameters. Null when it takes none, or its schema library has no JSON form. Throws UsageError for a schema that cannot be written so. */
export const flowParameterSchema = ({ name, schema }: Pick<FlowHandle, 'name' | 'schema'>): JsonObject | null =>
  schema && jsonSchemaOf(schema, `the parameters of flow "${name}"`)
