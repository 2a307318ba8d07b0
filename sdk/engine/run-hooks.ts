/** An author's hooks on a flow run's states: one after the other, in the order they were given. An error in one is logged and changes nothing. */
import type { State } from '../../core/states.ts'
import type { JsonObject } from '../../core/json-value.ts'
import { messageOf } from '../errors.ts'
import type { FlowRunRecord } from './recorder.ts'

type HookKind = 'onRunning' | 'onCompletion' | 'onFailure' | 'onCancellation' | 'onCrashed'

/** The run that a hook is told about. */
export interface HookFlowRun {
  /** UUID. */
  id: string
  /** `brave-otter`, or what `runName` says. */
  name: string
  /** As they are recorded: JSON. */
  parameters: JsonObject
  /** Those of the flow, the deployment and the run. */
  tags: readonly string[]
  /** 1 for the first one. */
  attempt: number
}

/** As in Prefect: the flow, its run, and the state that was just recorded (`state.details.error` of a failed one). */
export type FlowHook = (flow: { name: string }, flowRun: HookFlowRun, state: State) => unknown
/** Lists by kind, empty where an author gave none. */
export type FlowHooks = { readonly [Kind in HookKind]: readonly FlowHook[] }

/** Runs all hooks of one kind and resolves when the last has ended. Never rejects: `onError` gets a sentence for each that threw. */
export async function runHooks(
  hooks: FlowHooks,
  kind: HookKind,
  record: FlowRunRecord,
  state: State,
  onError: (message: string) => void,
): Promise<void> {
  const { flowName, id, name, parameters, tags, runCount } = record
  await runEach(hooks[kind], kind, (hook) => hook({ name: flowName }, { id, name, parameters, tags, attempt: runCount }, state), onError)
}

/** One after the other. Never rejects. */
export async function runEach<Hook extends { readonly name: string }>(
  hooks: readonly Hook[],
  kind: string,
  call: (hook: Hook) => unknown,
  onError: (message: string) => void,
): Promise<void> {
  for (const hook of hooks) {
    try {
      await call(hook)
    } catch (thrown) {
      onError(`hook ${kind}${hook.name ? ` "${hook.name}"` : ''} threw: ${messageOf(thrown)}`)
    }
  }
}
