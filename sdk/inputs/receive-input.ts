/**
 * `receiveInput`: the next message that somebody has sent to this run (`sendInput`, or `sendToFlowRun` of the API). Messages are stored, in order, and each is
 * received by one call.
 *
 *     const order = await receiveInput(z.object({ id: z.number() }), { timeout: '10m' })
 */
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { type Duration, formatDuration } from '../../core/duration.ts'
import { isUuid } from '../../core/ids.ts'
import type { JsonValue } from '../../core/json-value.ts'
import { LIMITS } from '../../core/limits.ts'
import { checkKeys } from '../check-options.ts'
import { askPatiently } from '../client/ask-patiently.ts'
import { now, sleep } from '../engine/clock.ts'
import { judgeBySchema } from '../schemas/judge-by-schema.ts'
import { UsageError, WeirError } from '../errors.ts'
import { InputInvalid, InputTimeout } from '../pauses/errors.ts'
import { isHeldBack, neverSettles } from '../pauses/held-back.ts'
import { askingFlow, waitOf } from '../pauses/pause.ts'

/** How long it is waited for, and for what. */
export interface ReceiveOptions {
  /** One hour when left out. */
  timeout?: Duration
  /** Only what this run sent: its id. */
  from?: string
  /** Names the call within the run, so that a durable run that starts again receives the same here; the n-th one when left out. */
  key?: string
}

const TAKE = `mutation TakeFromFlowRun($input: TakeFromFlowRunInput!) { takeFromFlowRun(input: $input) {
  ... on TakeFromFlowRunSuccess { received { value } } ... on Error { code message hint } } }`

/** Between two looks, in milliseconds. */
const LOOK = { first: 200, factor: 1.4, longest: 5_000 }

type Taken = { takeFromFlowRun: { received?: { value: JsonValue } | null; code?: string; message?: string } }

/** Gives the message as the schema makes it. Throws InputTimeout, InputInvalid (the message counts as received), UsageError, or what the run is aborted with. */
export async function receiveInput<Schema extends StandardSchemaV1>(
  schema: Schema,
  options: ReceiveOptions = {},
): Promise<StandardSchemaV1.InferOutput<Schema>> {
  const { flowRun, signal } = askingFlow('receiveInput')
  checkKeys(options, ['timeout', 'from', 'key'], 'receiveInput()')
  if (typeof schema?.['~standard']?.validate !== 'function')
    throw new UsageError('receiveInput() needs a Standard Schema as its first argument, for example z.object({ … })')
  if (options.from !== undefined && !isUuid(options.from))
    throw new UsageError(`from of receiveInput() must be the id of a run, and is ${String(options.from)}`)
  if (
    options.key !== undefined &&
    (typeof options.key !== 'string' || options.key === '' || options.key.length > LIMITS.name - 50 || /[/%&<>]/.test(options.key))
  )
    throw new UsageError(`key of receiveInput() must be 1 to ${LIMITS.name - 50} characters without / % & < >`)
  const timeout = waitOf(options.timeout, 'receiveInput()')
  const { controlPlane } = flowRun.session
  if (!controlPlane) throw new UsageError('receiveInput() was called in a run to which nobody can send: it is not tracked by a control plane')
  const receiver = flowRun.pauses.nameOf(options.key ?? 'receive', flowRun).replaceAll('/', ':')
  const input = { id: flowRun.record.rootFlowRunId, receiver, from: options.from }
  const until = now() + timeout
  for (let look: number = LOOK.first; ; look = Math.min(LOOK.longest, look * LOOK.factor)) {
    if (isHeldBack()) return neverSettles()
    const taken = await askPatiently<Taken>(controlPlane, TAKE, { input }, { signal, patience: Math.max(0, until - now()) })
    const { received, code, message } = taken?.takeFromFlowRun ?? {}
    if (code !== undefined) throw new WeirError(code, `receiveInput(): ${message}`)
    if (received) {
      const judged = await judgeBySchema(schema, received.value)
      if ('issues' in judged) throw new InputInvalid('the message', judged.issues)
      return judged.value as StandardSchemaV1.InferOutput<Schema>
    }
    const left = until - now()
    if (left <= 0) throw new InputTimeout('receiveInput()', formatDuration(timeout))
    await sleep(Math.min(look, left), signal)
  }
}
