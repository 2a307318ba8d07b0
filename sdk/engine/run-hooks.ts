/** An author's hooks on a flow run's states: one after the other, in the order they were given. An error in one is logged and changes nothing. */
import type { State } from '../../core/states.ts'
import type { JsonObject } from '../../core/json-value.ts'
import { messageOf } from '../errors.ts'
import type { FlowRunRecord } from './recorder.ts'

export type HookKind = 'onRunning' | 'onCompletion' | 'onFailure' | 'onCancellation' | 'onCrashed'

export interface HookContext {
  flowName: string
  flowRun: { id: string; name: string; parameters: JsonObject; tags: readonly string[]; attempt: number }
  state: State
  /** What ended it; undefined unless it failed. */
  error: unknown
}

export type FlowHook = (context: HookContext) => unknown
export type FlowHooks = { readonly [Kind in HookKind]: readonly FlowHook[] }

export async function runHooks(
  hooks: FlowHooks,
  kind: HookKind,
  record: FlowRunRecord,
  state: State,
  error: unknown,
  onError: (message: string) => void,
): Promise<void> {
  for (const hook of hooks[kind]) {
    try {
      const { id, name, parameters, tags, runCount } = record
      await hook({ flowName: record.flowName, flowRun: { id, name, parameters, tags, attempt: runCount }, state, error })
    } catch (thrown) {
      onError(`hook ${kind}${hook.name ? ` "${hook.name}"` : ''} threw: ${messageOf(thrown)}`)
    }
  }
}
