/** Making a run of a deployment, and what the API says when it refuses. */
import { createFlowRunDocument } from '#lib/flow-runs/documents.ts'
import type { CreateFlowRunInput } from '#lib/graphql/generated/graphql.ts'
import { request } from '#lib/graphql/request.ts'
import type { ParameterIssue } from './schema-form.ts'

/** What is asked for. */
export type CreateInput = CreateFlowRunInput

/** The run, or why there is none; issues of the parameters with their places inside them, the others with theirs in the input. */
export type RunAnswer =
  | { ok: true; run: { uuid: string; name: string } }
  | { ok: false; code: string; message: string; hint: string | null; parameterIssues: ParameterIssue[]; otherIssues: ParameterIssue[] }

/** Throws RequestError when nobody answers or it is not allowed. */
export async function runDeployment(input: CreateInput): Promise<RunAnswer> {
  const { createFlowRun: answer } = await request(createFlowRunDocument, { input })
  if (answer.__typename === 'CreateFlowRunSuccess') return { ok: true, run: answer.flowRun }
  const issues = 'issues' in answer ? answer.issues : []
  const inParameters = issues.filter(({ path }) => path[0] === 'parameters')
  return {
    ok: false,
    code: answer.code,
    message: answer.message,
    hint: answer.hint ?? null,
    parameterIssues: inParameters.map(({ path, message }) => ({ place: path.slice(1), message })),
    otherIssues: issues.filter((issue) => !inParameters.includes(issue)).map(({ path, message }) => ({ place: path, message })),
  }
}
