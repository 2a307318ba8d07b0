/**
 * `sendInput`: a message to a run that goes on, from another run or from any program.
 *
 *     await sendInput(flowRunId, { id: 7 })
 */
import { isUuid } from '../../core/ids.ts'
import { askPatiently } from '../client/ask-patiently.ts'
import { configuredControlPlane } from '../client/configured-control-plane.ts'
import { idOfCall } from '../durable/id-of-call.ts'
import { UsageError, WeirError } from '../errors.ts'
import { runScopes } from '../run-context.ts'
import { inputOf } from './input-of.ts'

/** The run does not exist, is over, has too many messages waiting, or waits for no answer. `code` is the API's. */
export class InputNotSent extends WeirError {}

const SEND = `mutation SendToFlowRun($input: SendToFlowRunInput!) { sendToFlowRun(input: $input) {
  ... on SendToFlowRunSuccess { messageId } ... on Error { code message hint } } }`

type Sent = { sendToFlowRun: { messageId?: string; code?: string; message?: string; hint?: string | null } }

/** Resolves when the message is stored, once, however often it had to be sent. Throws InputNotSent, UsageError, or what the run is aborted with. */
export async function sendInput(flowRunId: string, value: unknown): Promise<void> {
  if (typeof flowRunId !== 'string' || !isUuid(flowRunId)) throw new UsageError(`sendInput() needs the id of a run, and got ${String(flowRunId)}`)
  const given = inputOf('sendInput()', value)
  const scope = runScopes.getStore()
  const flowRun = scope?.flowRun ?? null
  const controlPlane = flowRun ? flowRun.session.controlPlane : await configuredControlPlane()
  if (!controlPlane)
    throw new UsageError('sendInput() needs a control plane, and none is configured', 'Start one with "weir server start", or set WEIR_API_URL.')
  // Sent again by a later attempt of a durable run, it is stored once.
  const messageId = idOfCall(scope, 'send', flowRunId)
  const input = { id: flowRunId, value: given, messageId }
  const signal = scope?.signal ?? new AbortController().signal
  const sent = await askPatiently<Sent>(controlPlane, SEND, { input }, { signal })
  const { code, message, hint } = sent?.sendToFlowRun ?? {}
  if (code !== undefined) throw new InputNotSent(code, `the message was not sent: ${message}`, hint ? { hint } : {})
}
