/**
 * `sendInput`: a message to a run that goes on, from another run or from any program.
 *
 *     await sendInput(flowRunId, { id: 7 })
 */
import { createHash } from 'node:crypto'
import { isUuid, newId } from '../../core/ids.ts'
import { askPatiently } from '../client/ask-patiently.ts'
import { configuredControlPlane } from '../client/configured-control-plane.ts'
import type { FlowRunScope } from '../engine/flow-run-scope.ts'
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
  const messageId = flowRun && !scope?.taskRun ? idOf(flowRun, flowRunId) : newId()
  const input = { id: flowRunId, value: given, messageId }
  const signal = scope?.signal ?? new AbortController().signal
  const sent = await askPatiently<Sent>(controlPlane, SEND, { input }, { signal })
  const { code, message, hint } = sent?.sendToFlowRun ?? {}
  if (code !== undefined) throw new InputNotSent(code, `the message was not sent: ${message}`, hint ? { hint } : {})
}

/** The n-th message of a durable run has the same id in each of its attempts: sent again, it is stored once. */
function idOf(flowRun: FlowRunScope, to: string): string {
  if (!flowRun.durable) return newId()
  const { record, pauses } = flowRun
  const hex = createHash('sha256')
    .update(JSON.stringify([record.rootFlowRunId, to, pauses.nameOf(`send ${to}`, flowRun)]))
    .digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
