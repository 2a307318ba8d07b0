/** What a flow is once its author's options are checked, and what its function gets. */
import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { Results } from '../results/result-settings.ts'
import type { ResolvedRetries } from '../retries/retry-policy.ts'
import type { RunName } from './name-run.ts'
import type { FlowHooks } from './run-hooks.ts'
import type { TaskRunner } from './task-runner.ts'

/** What a flow function gets as its second argument. */
export interface FlowContext {
  /** Aborted by the flow's timeout and by cancellation. */
  readonly signal: AbortSignal
  /** 1 for the first one. */
  readonly attempt: number
  /** UUID of the run. */
  readonly flowRunId: string
  /** `brave-otter`, or what `runName` says. */
  readonly flowRunName: string
}

/** A flow, checked and ready to be run. */
export interface FlowDefinition {
  readonly name: string
  readonly description: string | null
  readonly version: string | null
  readonly schema: StandardSchemaV1 | null
  readonly runName: RunName<never> | null
  readonly retries: ResolvedRetries
  /** Milliseconds an attempt may take; null = no limit. */
  readonly timeout: number | null
  readonly tags: string[]
  /** Null = as the calling flow does. */
  readonly logPrints: boolean | null
  /** Undefined = as the calling flow does. */
  readonly results: Results | undefined
  readonly runner: TaskRunner
  readonly hooks: FlowHooks
  /** Finished task runs are not run again when the run is. */
  readonly durable: boolean | 'strict'
  readonly fn: (parameters: never, context: FlowContext) => unknown
}
