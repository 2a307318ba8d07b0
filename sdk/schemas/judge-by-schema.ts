/** A schema of the author's as the judge of a value that came from outside: parameters, answers, messages. Any Standard Schema. */
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { messageOf, type ParameterIssue } from '../errors.ts'

/** The value as the schema makes it, or every mismatch. A schema that throws by itself counts as one. */
export async function judgeBySchema(schema: StandardSchemaV1, value: unknown): Promise<{ value: unknown } | { issues: ParameterIssue[] }> {
  try {
    const result = await schema['~standard'].validate(value)
    return result.issues ? { issues: result.issues.map(toIssue) } : { value: result.value }
  } catch (error) {
    return { issues: [{ path: [], message: `the schema itself threw: ${messageOf(error)}` }] }
  }
}

const toIssue = ({ path = [], message }: StandardSchemaV1.Issue): ParameterIssue => ({
  path: path.map((part) => String(typeof part === 'object' ? part.key : part)),
  message,
})
