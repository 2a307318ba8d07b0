/** Letting a paused run go on, with the answer that it asked for: judged by the JSON Schema that its pause carries, and stored with the state that ends the pause. */
import { resumeFlowRun as decideResume } from '../../core/flow-run-commands.ts'
import { newId } from '../../core/ids.ts'
import type { JsonValue } from '../../core/json-value.ts'
import type { PauseForm } from '../../core/states.ts'
import { storeAnswer } from '../../db/queries/run-inputs/run-inputs.ts'
import { describeActor } from '../auth/actor.ts'
import type { Context } from '../context.ts'
import { Invalid, type Issue } from '../errors.ts'
import { permit } from '../permissions.ts'
import { checkRunInput } from '../run-inputs/send-to-flow-run.ts'
import { changeFlowRun } from './change-flow-run.ts'
import { directHolder } from './direct-holder.ts'
import { validateJson } from './validate-parameters.ts'

/**
 * The run is RUNNING again when its process waits, otherwise it is queued: for its own time, when that is still to come. `input` null = none was given.
 * Throws Invalid (the answer does not fit, every mismatch with its place), NotFound, Conflict.
 */
export async function resumeFlowRun(context: Context, flowRunId: string, input: JsonValue): Promise<void> {
  permit(context.actor, 'flow-runs:pause')
  const issues = checkRunInput(input, ['input'])
  if (issues.length > 0) throw new Invalid(issues)
  const by = describeActor(context.actor)
  let answer: { key: string; value: JsonValue } | null = null
  const run = await changeFlowRun(
    context,
    flowRunId,
    (paused, now) => {
      const verdict = decideResume({ run: paused, by, now, newId })
      if (verdict.kind === 'change') answer = readAnswer(paused.state.details.pause, input)
      return verdict
    },
    ({ guard }) => (answer === null ? [] : [storeAnswer({ id: newId(), flowRunId, ...answer, sentBy: by }, guard)]),
  )
  const pause = run.state.details.resumes
  if (pause !== undefined) directHolder(context, run, { kind: 'resume', pause })
}

/** The whole answer: what was given over the defaults. Null for a run that a person set aside: it asks for nothing. Throws Invalid. */
function readAnswer(form: PauseForm | undefined, input: JsonValue): { key: string; value: JsonValue } | null {
  if (form?.schema === undefined) {
    if (input !== null) throw new Invalid([{ path: ['input'], message: 'the run asks for nothing, so it takes no input', expected: null }])
    return form ? { key: form.key, value: null } : null
  }
  const value = withDefaults(input, form.defaults)
  const issues: Issue[] = validateJson(form.schema, value, ['input'], 'the answer')
  if (issues.length > 0) throw new Invalid(issues, { hint: '`flowRun { pause { inputSchema } }` is what it asks for.' })
  return { key: form.key, value }
}

function withDefaults(input: JsonValue, defaults: PauseForm['defaults']): JsonValue {
  if (input === null) return defaults ?? null
  return defaults !== undefined && typeof input === 'object' && !Array.isArray(input) ? { ...defaults, ...input } : input
}
