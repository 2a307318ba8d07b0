/**
 * Flows: functions whose runs have a page of their own.
 *
 *     export const etl = flow({ name: 'weather-etl', parameters: z.object({ day: z.iso.date() }) }, async ({ day }) => …)
 *     await etl({ day: '2026-01-01' })                                     // the function's value, or its error
 *     await etl.run({ day: '2026-01-01' }, { returnState: true })          // the final state instead
 *
 * Called inside a flow it is a subflow: a child flow run of the same process. Called anywhere else it is a run of its own, tracked when a control plane is
 * configured.
 */
import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { Duration } from '../core/duration.ts'
import type { State } from '../core/states.ts'
import type { DeploymentOptions } from './deployments/deploy-options.ts'
import type { Deployment, SavedDeployment } from './deployments/deploy.ts'
import type { ServeOptions } from './deployments/serve.ts'
import { asyncRunner } from './async-runner.ts'
import {
  checkFunction,
  checkGenerator,
  checkHooks,
  checkKeys,
  checkName,
  checkRunName,
  checkRunner,
  checkTags,
  checkTimeout,
  checkVersion,
} from './check-options.ts'
import type { FlowContext, FlowDefinition } from './engine/flow-definition.ts'
import { carrying, handleOf } from './engine/flow-handle.ts'
import type { FlowOutcome } from './engine/flow-start.ts'
import type { RunName } from './engine/name-run.ts'
import { onlyServesTasks } from './engine/task-origin.ts'
import type { TaskRunner } from './engine/task-runner.ts'
import type { FlowHook, FlowHooks } from './engine/run-hooks.ts'
import { runSubflow } from './engine/subflow.ts'
import { UsageError } from './errors.ts'
import { tellsByItself } from './future.ts'
import { checkResults, type Results } from './results/result-settings.ts'
import { type Retries, resolveRetries } from './retries/retry-policy.ts'
import { runScopes } from './run-context.ts'
import { markFinalState } from './states.ts'
import type { Accepted, Resolved } from './future-types.ts'

/** What can be said about a flow. Checked by `flow` itself: an unknown key, a bad name, tag or duration throws UsageError at import. */
export interface FlowOptions<Schema extends StandardSchemaV1 | undefined = StandardSchemaV1 | undefined, Parameters = never> {
  /** By default the function's own name. */
  name?: string
  /** Shown with its deployments that have none of their own. */
  description?: string
  /** Any text of up to 255 characters, such as a commit: shown with each run that ran it. The versions of a deployment have numbers of their own. */
  version?: string
  /** zod, or any other Standard Schema. Parameters are checked with it before the flow starts. */
  parameters?: Schema
  /** `weather {day}`, or a function of the parameters. Without it runs are called like `brave-otter`. */
  runName?: RunName<Parameters>
  /** How often and after which waits a failed run is tried again: a number, or `{ count, delay, jitter, when }`. Default: never. */
  retries?: Retries
  /** Of one attempt; past it the attempt is FAILED `TimedOut`, and tried again where `retries` say so. By default there is none. */
  timeout?: Duration
  /** Of its runs; lists are filtered by them. */
  tags?: string[]
  /** What is said with `console.*` becomes log lines of the run. */
  logPrints?: boolean
  /** Whether and where the values of this flow and its tasks are stored: `true`, a store, or `{ store, serializer }`. By default as the calling flow does. */
  results?: Results
  /**
   * Finished task runs are not run again when the run is retried, resumed, or has crashed; their results are stored. `'strict'`: what was finished and is not
   * asked for again fails the run. A subflow is as durable as the flow that calls it.
   */
  durable?: boolean | 'strict'
  /** Where submitted tasks run: `asyncRunner` (the default, 100 at once), `threadRunner` or `poolRunner`. */
  runner?: TaskRunner
  /** Hooks of one kind run in order, after the state was recorded; an error in one is logged. */
  onRunning?: FlowHook[]
  /** After an attempt has completed. */
  onCompletion?: FlowHook[]
  /** After the last attempt has failed; not before a retry. */
  onFailure?: FlowHook[]
  /** After the run was cancelled, also when the worker had to end its process. */
  onCancellation?: FlowHook[]
  /** After its process has died; they run in another one. */
  onCrashed?: FlowHook[]
}

/** How a run ended. */
export interface FinalState<T> extends State {
  /** UUID of the run. */
  readonly flowRunId: string
  /** `brave-otter`, or what `runName` says. */
  readonly flowRunName: string
  /** The value; throws what the flow threw. */
  result(): T
}

type Call<Input> = Record<never, never> extends Input ? [parameters?: Input] : [parameters: Input]

/** What `flow` makes: called like the function it was made of, it runs; what it was given as options can be changed in a copy. */
export interface Flow<Input, Output, Result> {
  /** Inside a flow, futures of its tasks are accepted where values are. */
  (parameters: Accepted<Input>): Promise<Resolved<Awaited<Result>>>
  // The last one is what an editor tells of a mistake, and what `Parameters<typeof etl>` is.
  /** Runs it: the function's value, or its error. Parameters that do not match its schema reject with ParametersInvalid. */
  (...parameters: Call<Input>): Promise<Resolved<Awaited<Result>>>
  /** With `returnState` the final state instead of its value; a failed run does not throw then. */
  run(parameters: Input, options: { returnState: true }): Promise<FinalState<Resolved<Awaited<Result>>>>
  /** The same as calling the flow. */
  run(...parameters: Call<Input>): Promise<Resolved<Awaited<Result>>>
  /** A changed copy. */
  with(options: Omit<FlowOptions<undefined, Output>, 'parameters'>): Flow<Input, Output, Result>
  /** The function itself: no checks, no run. Its context, or as much of it as it looks at, is given as the second argument. */
  readonly fn: (parameters: Output, context?: Partial<FlowContext>) => Result
  /** Its name, as it was given or as its function has it. */
  readonly flowName: string
  /** Saves a deployment of it at the control plane that is configured. See `DeploymentOptions`; needs `pool`. */
  deploy(options: DeploymentOptions<Input> & { pool: string }): Promise<SavedDeployment>
  /** Deploys it and runs its runs on this machine, until the process is told to stop. */
  serve(options: DeploymentOptions<Input> & ServeOptions): Promise<void>
  /**
   * Its graph as SVG: tasks, subflows, branches and maps, told from its source without running anything. Export it where it is made, or say `entrypoint`.
   * Rejects with UsageError when it cannot be told where the flow lies.
   */
  visualize(options?: { entrypoint?: string }): Promise<string>
  /** For `deploy([…])` and `serve([…])`, which take several. */
  toDeployment(options: DeploymentOptions<Input>): Deployment
}

const OPTIONS = [
  'name',
  'description',
  'version',
  'parameters',
  'runName',
  'retries',
  'timeout',
  'tags',
  'logPrints',
  'results',
  'durable',
  'runner',
  'onRunning',
  'onCompletion',
  'onFailure',
  'onCancellation',
  'onCrashed',
] as const

/** What the function gets: what the schema makes of the parameters, or, without one, what the function itself says. */
type Given<Schema, Own> = Schema extends StandardSchemaV1 ? StandardSchemaV1.InferOutput<Schema> : Own
/** What callers give. */
type Taken<Schema, Own> = Schema extends StandardSchemaV1 ? StandardSchemaV1.InferInput<Schema> : Own

/** Makes a flow of a function. */
// One signature and not one with and one without a schema: of several, editors tell what is wrong with each.
export function flow<Result, Schema extends StandardSchemaV1 | undefined = undefined, Own extends object = Record<never, never>>(
  options: FlowOptions<Schema, Given<Schema, Own>>,
  fn: (parameters: Given<Schema, Own>, context: FlowContext) => Result,
): Flow<Taken<Schema, Own>, Given<Schema, Own>, Result>
export function flow(options: FlowOptions, fn: (parameters: never, context: FlowContext) => unknown): unknown {
  return makeFlow(options, fn, whereFrom(flow))
}

/** An error that is never thrown: its stack begins with who called `called`. Made into text only when somebody asks. */
function whereFrom(called: (...args: never[]) => unknown): Error {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 1
  const place = { stack: '' } as Error
  Error.captureStackTrace(place, called)
  Error.stackTraceLimit = stackTraceLimit
  return place
}

function makeFlow(options: FlowOptions, fn: (parameters: never, context: FlowContext) => unknown, madeAt: Error): Flow<unknown, unknown, unknown> {
  checkFunction(fn, 'flow')
  if (typeof options !== 'object' || options === null) throw new UsageError('flow needs options as its first argument: flow({ name }, function)')
  const definition = define(options, fn)
  const start = async (parameters: unknown): Promise<FlowOutcome> => {
    const caller = runScopes.getStore()?.flowRun
    if (caller) return runSubflow(definition, parameters, caller)
    if (onlyServesTasks())
      throw new UsageError(
        `flow "${definition.name}" is called while its module is loaded, and a thread that runs its tasks loads the module again`,
        'Guard the call: if (import.meta.main) await …',
      )
    const { runScript } = await import('./client/run-script.ts')
    return runScript(definition, parameters)
  }
  const runToEnd = async (parameters: unknown, { returnState = false }: { returnState?: boolean } = {}): Promise<unknown> => {
    const outcome = await start(parameters)
    if (returnState) return toFinalState(outcome)
    if (outcome.error !== undefined) throw outcome.error
    return outcome.value
  }
  const run = (parameters: unknown, how?: { returnState?: boolean }): Promise<unknown> => {
    const ended = runToEnd(parameters, how)
    return runScopes.getStore()?.flowRun ? tellsByItself(ended) : ended
  }
  const handle = handleOf(definition, madeAt)
  const changed = (changes: FlowOptions) => makeFlow({ ...options, name: definition.name, ...changes }, fn, whereFrom(changed))
  const made = Object.assign((parameters?: unknown) => run(parameters), {
    run,
    with: changed,
    deploy: async (given: DeploymentOptions) => (await (await import('./deployments/deploy.ts')).saveDeployments({ flow: made, options: given }))[0],
    serve: async ({ limit, pauseOnStop, signal, onReady, ...given }: DeploymentOptions & ServeOptions) =>
      (await import('./deployments/serve.ts')).serveDeployments({ flow: made, options: given }, { limit, pauseOnStop, signal, onReady }),
    visualize: async ({ entrypoint }: { entrypoint?: string } = {}) => {
      const { findFlowPlace } = await import('./deployments/find-flow-place.ts')
      const { visualizeFlow } = await import('./visualize/visualize.ts')
      return visualizeFlow(findFlowPlace(handle, entrypoint), definition.name)
    },
    toDeployment: (given: DeploymentOptions) => ({ flow: made, options: given }),
    fn,
    flowName: definition.name,
    ...carrying(handle),
  })
  Object.defineProperty(made, 'name', { value: definition.name })
  return made as unknown as Flow<unknown, unknown, unknown>
}

function define(options: FlowOptions, fn: FlowDefinition['fn']): FlowDefinition {
  const name = checkName(options.name ?? (fn.name || undefined), 'flow')
  const owner = `flow "${name}"`
  checkKeys(options, OPTIONS, owner)
  checkGenerator(fn, options, owner)
  const schema = options.parameters ?? null
  if (schema !== null && typeof schema['~standard']?.validate !== 'function') {
    throw new UsageError(`parameters of ${owner} must be a Standard Schema, for example z.object({ … })`)
  }
  return {
    name,
    description: options.description ?? null,
    version: checkVersion(options.version, owner),
    schema,
    runName: checkRunName(options.runName, owner) ?? null,
    retries: resolveRetries(options.retries, owner),
    timeout: checkTimeout(options.timeout, owner),
    tags: checkTags(options.tags, owner),
    logPrints: options.logPrints ?? null,
    results: checkResults(options.results, owner),
    runner: checkRunner(options.runner, owner) ?? asyncRunner(),
    hooks: hooksOf(options, owner),
    durable: checkDurable(options, owner),
    fn,
  }
}

function checkDurable({ durable, results }: FlowOptions, owner: string): boolean | 'strict' {
  if (durable && results === false)
    throw new UsageError(`${owner} is durable and says results: false`, 'What is not stored cannot be found again: leave one of them out.')
  if (durable === undefined || typeof durable === 'boolean' || durable === 'strict') return durable ?? false
  throw new UsageError(`durable of ${owner} must be true, false or 'strict', and is ${String(durable)}`)
}

function hooksOf(options: FlowOptions, owner: string): FlowHooks {
  const check = (kind: keyof FlowHooks): FlowHook[] => checkHooks(options[kind], kind, owner)
  return {
    onRunning: check('onRunning'),
    onCompletion: check('onCompletion'),
    onFailure: check('onFailure'),
    onCancellation: check('onCancellation'),
    onCrashed: check('onCrashed'),
  }
}

function toFinalState({ state, value, error, record }: FlowOutcome): FinalState<unknown> {
  return markFinalState({
    ...state,
    flowRunId: record.id,
    flowRunName: record.name,
    result() {
      if (error !== undefined) throw error
      return value
    },
  })
}
