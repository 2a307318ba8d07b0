/**
 * `pause`: the run waits for a person, in its process, and goes on with what the person answered.
 *
 *     const { approved } = await pause({ input: z.object({ approved: z.boolean() }), message: 'Ship it?', timeout: '2h' })
 */
import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { Duration } from '../../core/duration.ts'
import { LIMITS } from '../../core/limits.ts'
import type { JsonObject } from '../../core/json-value.ts'
import { checkDuration, checkKeys } from '../check-options.ts'
import type { FlowRunScope } from '../engine/flow-run-scope.ts'
import { FlowRunEnded, UsageError } from '../errors.ts'
import { runScopes } from '../run-context.ts'
import { isHeldBack, neverSettles } from './held-back.ts'
import { formOfInput } from './input-schema.ts'
import type { PauseRequest } from './pauses.ts'

/** What is asked, of whom it is asked, and how long it is waited for. */
export interface PauseOptions<Schema extends StandardSchemaV1 | undefined = StandardSchemaV1 | undefined> {
  /** zod, or any other Standard Schema with a JSON Schema: what the person is asked for. Without it only the word to go on is waited for. */
  input?: Schema
  /** What a person leaves out; shown in the form. */
  defaults?: Schema extends StandardSchemaV1 ? Partial<StandardSchemaV1.InferInput<Schema>> : never
  /** What the person reads. At most 1,000 characters. */
  message?: string
  /** One hour when left out. */
  timeout?: Duration
  /** Names the pause within the run; the n-th pause of the run when left out. */
  key?: string
}

/** What a person answers, as the schema makes it; nothing where nothing is asked. */
export type Answer<Schema> = Schema extends StandardSchemaV1 ? StandardSchemaV1.InferOutput<Schema> : void

const OPTIONS = ['input', 'defaults', 'message', 'timeout', 'key'] as const
const TIMEOUT: Duration = '1h'
const LONGEST_MESSAGE = 1_000

/** Waits for a person, and gives the answer as the schema makes it. Throws InputTimeout, UsageError, or what the run is aborted with. */
// One signature and not one with and one without a schema: of several, editors tell what is wrong with the last.
export function pause<Schema extends StandardSchemaV1 | undefined = undefined>(options?: PauseOptions<Schema>): Promise<Answer<Schema>>
export async function pause(options: PauseOptions = {}): Promise<unknown> {
  const { flowRun, signal, resumption } = askingFlow('pause')
  if (!resumption)
    throw new UsageError(
      'pause() was called in a run that nobody can resume: it is not tracked by a control plane',
      'Start one with "weir server start", or set WEIR_API_URL; in tests, give runFlow an `answer`.',
    )
  if (isHeldBack()) return neverSettles()
  const asked = flowRun.pauses.ask(requestOf(options, 'pause', flowRun), signal)
  // A branch of the flow that is suspended meanwhile has not been asked yet.
  flowRun.follow(Promise.race([asked, flowRun.pauses.suspended]))
  return asked
}

/** The flow whose function asks. Throws UsageError outside of flows, and in tasks: their retries and timeouts would go on while they wait. */
export function askingFlow(verb: string) {
  const scope = runScopes.getStore()
  const flowRun = scope?.flowRun
  if (!scope || !flowRun) throw new UsageError(`${verb}() was called outside of a flow`)
  if (scope.taskRun)
    throw new UsageError(`${verb}() was called in a task`, `Call ${verb}() in the flow's own function, and pass the answer to the task.`)
  if (flowRun.ended) throw new FlowRunEnded(`${verb}()`, flowRun.record.name)
  return { flowRun, signal: scope.signal, resumption: flowRun.session.resumption ?? null }
}

/** Checks what the author asks. Throws UsageError. */
export function requestOf(options: PauseOptions, verb: 'pause' | 'suspend', flowRun: FlowRunScope): PauseRequest {
  const owner = `${verb}()`
  if (typeof options !== 'object' || options === null) throw new UsageError(`${owner} takes options: ${verb}({ input, timeout })`)
  checkKeys(options, OPTIONS, owner)
  const { input, message, key } = options
  const defaults = options.defaults as JsonObject | undefined
  if (defaults !== undefined && (typeof defaults !== 'object' || defaults === null || Array.isArray(defaults) || input === undefined))
    throw new UsageError(`defaults of ${owner} must be an object that goes with its input`)
  if (message !== undefined && (typeof message !== 'string' || message === '' || message.length > LONGEST_MESSAGE))
    throw new UsageError(`message of ${owner} must be 1 to ${LONGEST_MESSAGE} characters`)
  if (key !== undefined && (typeof key !== 'string' || key === '' || key.length > LIMITS.name - 50))
    throw new UsageError(`key of ${owner} must be 1 to ${LIMITS.name - 50} characters`)
  return {
    key: flowRun.pauses.nameOf(key ?? verb, flowRun),
    message: message ?? (input === undefined ? 'Waiting for a person to go on' : 'Waiting for input'),
    schema: input ?? null,
    form: input === undefined ? undefined : formOfInput(input, owner, defaults),
    defaults,
    timeout: waitOf(options.timeout, owner),
    isDurable: flowRun.pauses.isDurable,
  }
}

/** Milliseconds. Throws UsageError. */
export const waitOf = (timeout: Duration | undefined, owner: string): number => checkDuration(timeout ?? TIMEOUT, `timeout of ${owner}`)
