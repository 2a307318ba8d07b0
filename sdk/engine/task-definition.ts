/** What a task is once its author's options are checked, and what its function gets. */
import type { CacheDefinition } from '../cache/cache-options.ts'
import type { Results } from '../results/result-settings.ts'
import type { ResolvedRetries } from '../retries/retry-policy.ts'
import type { TransactionHooks } from '../transactions/transaction-hooks.ts'
import type { DeclaredParameters } from './declared-parameters.ts'
import type { TaskRunName } from './name-run.ts'
import type { TaskHooks } from './run-task-hooks.ts'

/**
 * What a task function gets as its last argument. A parameter that says no type is taken for it: one with a default value needs its type beside it,
 * `days: number = 3`.
 */
export interface TaskContext {
  /** Aborted by the task's timeout, by cancellation, and when the flow is over. */
  readonly signal: AbortSignal
  /** 1 for the first one. */
  readonly attempt: number
  /** UUID of the task run. */
  readonly taskRunId: string
  /** `load-3`, or what `runName` says. */
  readonly taskRunName: string
  /** Null outside of flows. */
  readonly flowRunId: string | null
}

/** An author's own key of a call, in the place of what its arguments hash to. */
export type TaskKey = (...args: never[]) => string

/** The address of a task in the code. */
export interface TaskOrigin {
  /** Modules whose code was running when it was made, the innermost first: `file:` addresses. The first ones may be helpers that only make tasks. */
  readonly modules: readonly string[]
  /** Module, name of the task, and which of the tasks of that name made there. */
  readonly key: string
}

/** A task, checked and ready to be called. */
export interface TaskDefinition {
  readonly name: string
  readonly description: string | null
  readonly tags: string[]
  readonly retries: ResolvedRetries
  /** Milliseconds an attempt may take; null = no limit. */
  readonly timeout: number | null
  /** Undefined = as the flow does. */
  readonly results: Results | undefined
  /** Null = not cached. */
  readonly cache: CacheDefinition | null
  /** Null = none. */
  readonly transactionHooks: TransactionHooks | null
  /** What a durable flow knows a call by; null = by its arguments. */
  readonly key: TaskKey | null
  readonly fn: (...args: never[]) => unknown
  readonly declared: DeclaredParameters
  /** Null = `load-0`, `load-1` … */
  readonly runName: TaskRunName | null
  /** Null = none. */
  readonly hooks: TaskHooks | null
  /** Where another thread finds it; null for code without a file. */
  readonly origin: TaskOrigin | null
}

/** The context goes where the last declared parameter is, but never in the place of an argument that was given. */
export function withContext({ declared }: TaskDefinition, given: readonly unknown[], context: TaskContext): unknown[] {
  const args = [...given]
  const { count, lastIsOpen } = declared
  if (lastIsOpen || count <= args.length) return args
  while (args.length < count - 1) args.push(undefined)
  args.push(context)
  return args
}
