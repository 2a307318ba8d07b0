/** Parameters against a flow's schema: any Standard Schema. What comes out is what the function gets (defaults filled in, values transformed). */
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { messageOf, type ParameterIssue, ParametersInvalid } from '../errors.ts'

/** Nothing given counts as an empty object. Throws ParametersInvalid with every mismatch; a schema that throws by itself counts as one. */
export async function validateParameters(flowName: string, schema: StandardSchemaV1 | null, given: unknown): Promise<unknown> {
  const parameters = given ?? {}
  if (typeof parameters !== 'object' || Array.isArray(parameters)) {
    throw new ParametersInvalid(flowName, [
      { path: [], message: `expected an object of parameters, got ${Array.isArray(parameters) ? 'a list' : typeof parameters}` },
    ])
  }
  if (!schema) return parameters
  let result: StandardSchemaV1.Result<unknown>
  try {
    result = await schema['~standard'].validate(parameters)
  } catch (error) {
    throw new ParametersInvalid(flowName, [{ path: [], message: `the schema itself threw: ${messageOf(error)}` }])
  }
  if (result.issues) throw new ParametersInvalid(flowName, result.issues.map(toIssue))
  return result.value
}

function toIssue({ path = [], message }: StandardSchemaV1.Issue): ParameterIssue {
  return { path: path.map((part) => String(typeof part === 'object' ? part.key : part)), message }
}
