/** Parameters against a flow's schema: any Standard Schema. What comes out is what the function gets (defaults filled in, values transformed). */
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { ParametersInvalid } from '../errors.ts'
import { judgeBySchema } from '../schemas/judge-by-schema.ts'

/** Nothing given counts as an empty object. Throws ParametersInvalid with every mismatch; a schema that throws by itself counts as one. */
export async function validateParameters(flowName: string, schema: StandardSchemaV1 | null, given: unknown): Promise<unknown> {
  const parameters = given ?? {}
  if (typeof parameters !== 'object' || Array.isArray(parameters)) {
    throw new ParametersInvalid(flowName, [
      { path: [], message: `expected an object of parameters, got ${Array.isArray(parameters) ? 'a list' : typeof parameters}` },
    ])
  }
  if (!schema) return parameters
  const judged = await judgeBySchema(schema, parameters)
  if ('issues' in judged) throw new ParametersInvalid(flowName, judged.issues)
  return judged.value
}
