/**
 * `resumeFlowRun`: lets a paused run go on, with the answer that it asks for, from any program that may: a bot, a web server, a script.
 *
 *     await resumeFlowRun(flowRunId, { approved: true })
 */
import { isUuid } from '../../core/ids.ts'
import { askPatiently } from '../client/ask-patiently.ts'
import { configuredControlPlane } from '../client/configured-control-plane.ts'
import { type ParameterIssue, UsageError } from '../errors.ts'
import { InputInvalid } from '../pauses/errors.ts'
import { runScopes } from '../run-context.ts'
import { inputOf } from './input-of.ts'
import { InputNotSent } from './send-input.ts'

const RESUME = `mutation ResumeFlowRun($input: ResumeFlowRunInput!) { resumeFlowRun(input: $input) { __typename
  ... on ValidationError { issues { path message } } ... on Error { code message hint } } }`

interface Resumed {
  resumeFlowRun: { __typename: string; issues?: ParameterIssue[]; code?: string; message?: string; hint?: string | null }
}

/**
 * Resolves when the answer is stored and the run goes on (a suspended one as soon as a worker takes it). Throws InputInvalid for an answer that does not fit, with
 * its issues by path; InputNotSent for a run that is not there or not paused; UsageError. A run of a deployment may not answer for people.
 */
export async function resumeFlowRun(flowRunId: string, input?: unknown): Promise<void> {
  if (typeof flowRunId !== 'string' || !isUuid(flowRunId)) throw new UsageError(`resumeFlowRun() needs the id of a run, and got ${String(flowRunId)}`)
  const given = input === undefined ? {} : { input: inputOf('resumeFlowRun()', input) }
  const scope = runScopes.getStore()
  const controlPlane = scope?.flowRun ? scope.flowRun.session.controlPlane : await configuredControlPlane()
  if (!controlPlane)
    throw new UsageError('resumeFlowRun() needs a control plane, and none is configured', 'Start one with "weir server start", or set WEIR_API_URL.')
  let isHeard = true
  const onFailure = () => {
    isHeard = false
  }
  const signal = scope?.signal ?? new AbortController().signal
  const resumed = await askPatiently<Resumed>(controlPlane, RESUME, { input: { id: flowRunId, ...given } }, { signal, onFailure })
  const { __typename, issues, code = 'UNKNOWN', message, hint } = (resumed as Resumed).resumeFlowRun
  if (issues) throw new InputInvalid('the answer', withoutInput(issues))
  if (__typename === 'ResumeFlowRunSuccess') return
  const perhaps = 'An earlier try had no answer: it may be what let the run go on.'
  throw new InputNotSent(code, `the run was not resumed: ${message}`, isHeard ? (hint ? { hint } : {}) : { hint: perhaps })
}

/** Places as they are in the answer: `approved` for the API's `input.approved`. */
const withoutInput = (issues: ParameterIssue[]): ParameterIssue[] =>
  issues.map(({ path, message }) => ({ path: path[0] === 'input' ? path.slice(1) : path, message }))
