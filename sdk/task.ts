/**
 * Tasks: functions whose runs are recorded, retried, limited in time, and wired to each other by their futures.
 *
 *     const load = task({ name: 'load', retries: 3 }, async (city: string, { signal }) => …)
 *     await load('Seattle')                       // runs now
 *     const future = load.submit('Seattle')       // runs beside
 *     const futures = load.map(['Seattle', 'New York'])
 *
 * The context is the last argument of the function. An optional parameter before it needs a default value; one that is marked `?` would receive it.
 */
// As a whole: an older Node, which has no getCallSites, gets as far as being told so (bin/require-node.mjs).
import * as util from 'node:util'
import type { Duration } from '../core/duration.ts'
import type { BackgroundRun } from './background/background-run.ts'
import type { DelayOptions } from './background/delay.ts'
import type { ServeTasksOptions } from './background/serve-tasks.ts'
import { type Cache, checkCache } from './cache/cache-options.ts'
import { checkFunction, checkGenerator, checkHooks, checkKeys, checkName, checkRunName, checkTags, checkTimeout } from './check-options.ts'
import { declaredParameters } from './engine/declared-parameters.ts'
import { findFutures } from './engine/find-futures.ts'
import type { TaskRunName } from './engine/name-run.ts'
import type { TaskHook, TaskHooks } from './engine/run-task-hooks.ts'
import type { TaskContext, TaskDefinition, TaskKey, TaskOrigin } from './engine/task-definition.ts'
import { callTask } from './engine/task-engine.ts'
import { keepMade, originOf } from './engine/task-origin.ts'
import { UsageError } from './errors.ts'
import { isUnmapped, type TaskFuture, TaskFutures, type Unmapped, unmappedValue } from './future.ts'
import type { Accepted, Resolved } from './future-types.ts'
import { checkResults, type Results } from './results/result-settings.ts'
import { type Retries, resolveRetries } from './retries/retry-policy.ts'
import { checkTransactionHooks, type TransactionHook } from './transactions/transaction-hooks.ts'

/** What can be said about a task. Checked by `task` itself: an unknown key, a bad name, tag or duration throws UsageError at import. */
export interface TaskOptions {
  /** By default the function's own name. */
  name?: string
  /** For whoever reads the code. */
  description?: string
  /** How often and after which waits a failed run is tried again: a number, or `{ count, delay, jitter, when }`. Default: never. */
  retries?: Retries
  /** Of one attempt; past it the attempt is FAILED `TimedOut`, and tried again where `retries` say so. By default there is none. */
  timeout?: Duration
  /** A limit of the name `tag:TAG` bounds how many of its runs there are at once. */
  tags?: string[]
  /** `load {city}` by the function's own parameter names, `{0}` by position, or a function. Without it runs are called `load-0`, `load-1` … */
  runName?: TaskRunName
  /** Hooks of one kind run in order, after the state was recorded; an error in one is logged. */
  onRunning?: TaskHook[]
  /** After it has completed, and before its caller goes on. */
  onCompletion?: TaskHook[]
  /** After its last attempt has failed; not before a retry. */
  onFailure?: TaskHook[]
  /** Whether and where the value is stored: `true`, a store, or `{ store, serializer }`. By default as the flow does. */
  results?: Results
  /** A policy such as `cache.inputs`, a function that gives the key, or `{ key, expires, … }`. What is cached is stored. */
  cache?: Cache
  /** Run when the transaction around the call is committed; without one, when the task has completed. */
  onCommit?: TransactionHook[]
  /** Run when the transaction around the call is rolled back after the task had completed. */
  onRollback?: TransactionHook[]
  /** In a durable flow, what a call is known by, of its arguments: in the place of all of them. */
  key?: TaskKey
}

type AcceptedAll<Args extends unknown[]> = { [Index in keyof Args]: Accepted<Args[Index]> }
/** An argument of `map`: a list of what the task takes, or what is the same for every element. */
export type Mapped<T> =
  | readonly Accepted<T>[]
  | (Iterable<Accepted<T>> & object)
  | Unmapped<Accepted<T>>
  | (T extends Iterable<unknown> & object ? never : Accepted<T>)
type MappedAll<Args extends unknown[]> = { [Index in keyof Args]: Mapped<Args[Index]> }
// As one list with an optional end, so that a mistake is told of the argument that it is in.
type WithOptions<Args extends unknown[], Options> = number extends Args['length']
  ? [...args: Args, options: Options] | Args
  : [...args: Args, options?: Options]

/** The last argument of `submit` and `map`, when it has `waitFor` and nothing else. */
export interface SubmitOptions {
  /** Runs after these have completed; futures, or values holding some. */
  waitFor?: unknown
}

/** What `task` makes. Each call inside a flow is a task run of it; a list that `map` cannot pair throws UsageError. */
export interface Task<Args extends unknown[], Result> {
  /** Runs now: the task's value, or its error. In a flow it is a task run of it. */
  (...args: AcceptedAll<Args>): Promise<Resolved<Awaited<Result>>>
  /** Runs beside the caller, at the next free place of the flow's runner. A last argument `{ waitFor }` is an option, no argument. */
  submit(...args: WithOptions<AcceptedAll<Args>, SubmitOptions>): TaskFuture<Resolved<Awaited<Result>>>
  /**
   * One task run for each element. Lists run in step and must be equally long; what is no list is the same for every element, and so is `unmapped(list)`.
   * A future of a list cannot be mapped over before it is there: await it.
   */
  map(...args: WithOptions<MappedAll<Args>, SubmitOptions>): TaskFutures<Resolved<Awaited<Result>>>
  /** A changed copy. */
  with(options: TaskOptions): Task<Args, Result>
  /**
   * Hands it over to task workers (`serve`, `weir task serve`): resolves as soon as the control plane has stored it. Rejects with UsageError for arguments that
   * cannot be sent (512 KiB as JSON at most), with DeploymentNotRun for what the control plane refuses.
   */
  delay(...args: Args): Promise<BackgroundRun<Resolved<Awaited<Result>>>>
  /** The same, told when, or under which idempotency key. */
  delayWith(options: DelayOptions, ...args: Args): Promise<BackgroundRun<Resolved<Awaited<Result>>>>
  /** One that was handed over before, perhaps by another process, by its id. */
  delayed(flowRunId: string): Promise<BackgroundRun<Resolved<Awaited<Result>>>>
  /** Runs what `delay` hands over, on this machine, until the process is told to stop: each run in a process of its own. */
  serve(options?: ServeTasksOptions): Promise<void>
  /** The function itself: no run, no retries. Its context, or as much of it as it looks at, is given as the last argument. */
  readonly fn: (...args: [...Args, ...context: Partial<TaskContext>[]]) => Result
  /** Its name, as it was given or as its function has it. */
  readonly taskName: string
}

// The context's type, told from a parameter that merely could take it.
type IsContext<P> = unknown extends P
  ? false
  : [keyof P] extends [never]
    ? false
    : P extends object
      ? Exclude<keyof P, keyof TaskContext> extends never
        ? true
        : false
      : false
type Required<P extends unknown[]> = number extends P['length']
  ? P
  : P extends []
    ? []
    : P extends [infer First, ...infer Rest]
      ? [First, ...Required<Rest>]
      : P extends [(infer First)?, ...infer Rest]
        ? [First | undefined, ...Required<Rest>]
        : P
/** The arguments that a caller gives: the function's own without the context. */
export type ArgumentsOf<P extends unknown[]> = P extends [...infer Rest, infer Last]
  ? IsContext<Last> extends true
    ? Required<Rest>
    : Required<P>
  : Required<P>

const OPTIONS = [
  'name',
  'description',
  'retries',
  'timeout',
  'tags',
  'results',
  'key',
  'cache',
  'runName',
  'onRunning',
  'onCompletion',
  'onFailure',
  'onCommit',
  'onRollback',
] as const
const BRAND = Symbol.for('weirflow.task')

/**
 * Makes a task of a function.
 *
 * The second branch of `fn` is never matched by a value; it is there for the type of an unannotated context parameter.
 */
// biome-ignore lint/complexity/noBannedTypes: `Function` has no call signature, so that only the second branch gives parameters their types.
export function task<F extends Function>(
  options: TaskOptions,
  fn: F | ((...args: TaskContext[]) => never),
): F extends (...args: infer P) => infer R ? Task<ArgumentsOf<P>, R> : never {
  type Any = (...args: never[]) => unknown
  const callers = util.getCallSites(CALLERS, { sourceMap: false }).slice(1)
  return makeTask(options, fn as unknown as Any, (name) =>
    originOf(
      name,
      callers.map(({ scriptName }) => scriptName),
    ),
  ) as never
}

/** Frames of the stack that are looked at for the module which makes a task. */
const CALLERS = 12

function makeTask(
  options: TaskOptions,
  fn: (...args: never[]) => unknown,
  originNamed: (name: string) => TaskOrigin | null,
): Task<unknown[], unknown> {
  checkFunction(fn, 'task')
  if (typeof options !== 'object' || options === null) throw new UsageError('task needs options as its first argument: task({ name }, function)')
  const name = checkName(options.name ?? (fn.name || undefined), 'task')
  const owner = `task "${name}"`
  checkKeys(options, OPTIONS, owner)
  checkGenerator(fn, options, owner)
  const declared = declaredParameters(fn)
  const definition: TaskDefinition = {
    name,
    description: options.description ?? null,
    tags: checkTags(options.tags, owner),
    retries: resolveRetries(options.retries, owner),
    timeout: checkTimeout(options.timeout, owner),
    results: checkResults(options.results, owner),
    cache: checkCache(options.cache, { name, fn, declared }, options.results, owner),
    transactionHooks: checkTransactionHooks(options, owner),
    key: checkKey(options.key, owner),
    fn,
    declared,
    runName: checkRunName(options.runName, owner) ?? null,
    hooks: hooksOf(options, owner),
    origin: originNamed(name),
  }
  keepMade(definition)
  const call = (...args: unknown[]) => {
    try {
      return callTask(definition, args, { submitted: false }).result()
    } catch (error) {
      return Promise.reject(error)
    }
  }
  const made = Object.assign(call, {
    submit: (...args: unknown[]) => {
      const given = splitOptions(args)
      return callTask(definition, given.args, { submitted: true, waitFor: given.options.waitFor })
    },
    map: (...args: unknown[]) => mapTask(definition, args),
    delay: async (...args: unknown[]) => (await import('./background/delay.ts')).delayTask(definition, args),
    delayWith: async (given: DelayOptions, ...args: unknown[]) => (await import('./background/delay.ts')).delayTask(definition, args, given),
    delayed: async (flowRunId: string) => (await import('./background/delay.ts')).findDelayed(definition, flowRunId),
    serve: async (given?: ServeTasksOptions) => (await import('./background/serve-tasks.ts')).serveAll([definition], given),
    with: (changes: TaskOptions) => makeTask({ ...options, name, ...changes }, fn, () => definition.origin),
    fn,
    taskName: name,
    [BRAND]: definition,
  })
  Object.defineProperty(made, 'name', { value: name })
  return made as unknown as Task<unknown[], unknown>
}

function hooksOf(options: TaskOptions, owner: string): TaskHooks | null {
  if (!options.onRunning && !options.onCompletion && !options.onFailure) return null
  return {
    onRunning: checkHooks(options.onRunning, 'onRunning', owner),
    onCompletion: checkHooks(options.onCompletion, 'onCompletion', owner),
    onFailure: checkHooks(options.onFailure, 'onFailure', owner),
  }
}

/** `{ waitFor: … }` alone at the end is options. */
function splitOptions(args: unknown[]): { args: unknown[]; options: SubmitOptions } {
  const last = args.at(-1)
  const isOptions = typeof last === 'object' && last !== null && Object.keys(last).length === 1 && Object.hasOwn(last, 'waitFor')
  return isOptions ? { args: args.slice(0, -1), options: last as SubmitOptions } : { args, options: {} }
}

function mapTask(definition: TaskDefinition, given: unknown[]): TaskFutures<unknown> {
  const { args, options } = splitOptions(given)
  const columns = args.map((argument) => (isUnmapped(argument) || !isIterable(argument) ? null : [...argument]))
  const lengths = new Set(columns.flatMap((column) => (column ? [column.length] : [])))
  if (lengths.size === 0) {
    throw new UsageError(
      `map of task "${definition.name}": none of the ${args.length} arguments is a list`,
      'A future of a list is awaited first: task.map(await future).',
    )
  }
  if (lengths.size > 1) {
    const shown = columns.map((column, at) => (column ? `argument ${at + 1} has ${column.length}` : null)).filter((text) => text !== null)
    throw new UsageError(
      `map of task "${definition.name}": lists are not equally long (${shown.join(', ')})`,
      'Wrap what is the same for every element in unmapped(…).',
    )
  }
  const length = [...lengths][0] as number
  const fixed = args.map((argument) => (isUnmapped(argument) ? unmappedValue(argument) : argument))
  // What is the same for all is searched for futures once, not once for each element.
  const plain = columns.map((column, at) => column === null && !findFutures(fixed[at]).any)
  const futures = new TaskFutures<unknown>()
  for (let at = 0; at < length; at++) {
    const row = columns.map((column, index) => (column ? column[at] : fixed[index]))
    futures.push(callTask(definition, row, { submitted: true, waitFor: options.waitFor, plain }))
  }
  return futures
}

const isIterable = (value: unknown): value is Iterable<unknown> => typeof value === 'object' && value !== null && Symbol.iterator in value

/** Whether a value is a task, of whatever copy of this package. */
export const isTask = (value: unknown): boolean => typeof value === 'function' && BRAND in value

function checkKey(key: unknown, owner: string): TaskKey | null {
  if (key === undefined || typeof key === 'function') return (key as TaskKey | undefined) ?? null
  throw new UsageError(`key of ${owner} must be a function of its arguments to a text, and is ${typeof key}`)
}

/** What a task is made of; null for anything that is no task. */
export const taskDefinition = (value: unknown): TaskDefinition | null =>
  isTask(value) ? ((value as { [BRAND]: TaskDefinition })[BRAND] ?? null) : null

/**
 * Serves several tasks with one worker: takes what `delay` hands over, each run in a process of its own, until the process is told to stop. Rejects with UsageError for
 * what is no task, and when no control plane is configured.
 */
export async function serveTasks(tasks: readonly { readonly taskName: string }[], options?: ServeTasksOptions): Promise<void> {
  const definitions = tasks.map((one) => {
    const definition = taskDefinition(one)
    if (!definition) throw new UsageError('serveTasks takes a list of tasks')
    return definition
  })
  return (await import('./background/serve-tasks.ts')).serveAll(definitions, options)
}
