/** Answering what a paused run asks: the value as a form has it, and what the API finds wrong with it, at its place in the form. */
import type { ParameterIssue, Schema } from '#lib/deployments/schema-form.ts'
import { request } from '#lib/graphql/request.ts'
import { answerOf, placeOf } from './answer-form.ts'
import { resumeFlowRunDocument } from './documents.ts'

/** Issues of the answer with their places in the form; others in words. */
export type Answered = { ok: true } | { ok: false; message: string; hint: string | null; issues: ParameterIssue[] }

/** Throws RequestError when nobody answers or it is not allowed. */
export async function answerRun(id: string, schema: Schema, value: unknown): Promise<Answered> {
  const { resumeFlowRun: result } = await request(resumeFlowRunDocument, { input: { id, input: answerOf(schema, value) } })
  if (result.__typename === 'ResumeFlowRunSuccess') return { ok: true }
  const issues = 'issues' in result ? result.issues : []
  return {
    ok: false,
    message: result.message,
    hint: result.hint ?? null,
    issues: issues.map(({ path, message }) => ({ place: placeOf(schema, path), message })),
  }
}
