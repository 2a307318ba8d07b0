/**
 * `runDeployment`: a run of a deployment, started by a flow (then it is its child, elsewhere) or by any program.
 *
 *     const { state } = await runDeployment('weather-etl/nightly', { parameters: { day: '2026-01-01' }, timeout: '1h' })
 *
 * 1. Asking again never starts a second run: every call has an idempotency key.
 * 2. A control plane that cannot be reached is waited for; only what it says is an error.
 * 3. In a flow a task run stands for the child and shows its states. While the flow's process waits it lends its slots to the child.
 */
import { type Duration, toMilliseconds } from '../core/duration.ts'
import { newId } from '../core/ids.ts'
import type { JsonObject } from '../core/json-value.ts'
import { isFinal, makeState, type StateType } from '../core/states.ts'
import { configuredControlPlane } from './client/configured-control-plane.ts'
import { askControlPlane, type ControlPlane, ControlPlaneAway, ControlPlaneRefused } from './client/control-plane.ts'
import { now, nowAfter, sleep } from './engine/clock.ts'
import { describeError, summarizeError } from './engine/describe-error.ts'
import type { FlowRunScope } from './engine/flow-run-scope.ts'
import { TaskRunRecord } from './engine/task-run-record.ts'
import { checkKeys, checkTags } from './check-options.ts'
import { FlowRunEnded, RunCancelled, UsageError, WeirError } from './errors.ts'
import { refuseSecrets } from './redaction/refuse-secrets.ts'
import { runScopes } from './run-context.ts'
import { markFinalState } from './states.ts'

/** How the run is started, and whether it is waited for. */
export interface RunDeploymentOptions {
  /** Over the deployment's own; checked against its schema by the control plane. */
  parameters?: Record<string, unknown>
  /** Waiting ends after this, and the run goes on: its state then is the present one. By default there is no end. */
  timeout?: Duration
  /** False: the run is started and not waited for. */
  wait?: boolean
  /** The same key of the same flow again gives the run that exists, also over attempts of the calling flow. */
  idempotencyKey?: string
  /** Besides the deployment's. */
  tags?: string[]
  /** Name of the run; made up when left out. */
  name?: string
  /** When it is due; now when left out. */
  scheduledTime?: Date
  /** For the worker, over the deployment's. */
  jobVariables?: Record<string, unknown>
  /** False: not linked to the calling flow, and not cancelled with it. */
  asSubflow?: boolean
}

/** A run that was started elsewhere, as it was last seen. */
export interface StartedFlowRun {
  readonly flowRunId: string
  readonly flowRunName: string
  /** Its page. */
  readonly url: string
  /** Final when it was waited for to its end. A flow that returns a final one is judged by it. */
  readonly state: { readonly type: StateType; readonly name: string; readonly message: string | null }
}

/** The control plane does not start the run: there is no such deployment, or the parameters do not fit. `code` is the API's. */
export class DeploymentNotRun extends WeirError {
  constructor(deployment: string, code: string, why: string, hint: string | undefined) {
    super(code, `deployment ${deployment} was not run: ${why}`, hint === undefined ? {} : { hint })
  }
}

const OPTIONS = ['parameters', 'timeout', 'wait', 'idempotencyKey', 'tags', 'name', 'scheduledTime', 'jobVariables', 'asSubflow'] as const
/**
 * Between two looks at a run, in milliseconds: a twentieth of the time waited so far, within these bounds. A subscription would have the child report ten
 * times a second, as for people who watch it.
 */
const LOOK = { shortest: 150, share: 1 / 20, longest: 15_000 }
/** Between two tries to ask, in milliseconds. */
const TRY = { first: 150, factor: 1.5, longest: 3_000 }

/** How often a new credential is waited for before the old one's refusal is believed. */
const RENEWALS = 20

const RUN = 'uuid name url state { type name message }'
const CREATE = `mutation RunDeployment($input: CreateFlowRunInput!) { createFlowRun(input: $input) {
  ... on CreateFlowRunSuccess { flowRun { ${RUN} } } ... on Error { code message path hint } } }`
const LOOK_AT = `query Child($id: ID!) { flowRun(id: $id) { ${RUN} } }`

interface Seen {
  uuid: string
  name: string
  url: string
  state: { type: StateType; name: string; message: string | null }
}

/** Starts a run of `flow/deployment` and waits for its end. Throws DeploymentNotRun, UsageError, or what the calling flow is aborted with. */
export async function runDeployment(deployment: string, options: RunDeploymentOptions = {}): Promise<StartedFlowRun> {
  const owner = `runDeployment("${String(deployment)}")`
  if (typeof deployment !== 'string' || !/^[^/]+\/[^/]+$/.test(deployment))
    throw new UsageError(`${owner} needs the name of a deployment: flow/deployment`)
  checkKeys(options, OPTIONS, owner)
  const started = { deployment, options, tags: checkTags(options.tags, owner), timeout: timeoutOf(options, owner) }
  const scope = runScopes.getStore()
  const caller = scope?.flowRun ?? null
  const signal = scope?.signal ?? new AbortController().signal
  const controlPlane = caller ? caller.session.controlPlane : await configuredControlPlane()
  if (!controlPlane)
    throw new UsageError(
      `${owner} needs a control plane, and none is configured`,
      'Start one with "weir server start", or set WEIR_API_URL. A flow called as a function needs none.',
    )
  if (caller?.ended) throw new FlowRunEnded(owner, caller.record.name)
  const linked = caller && options.asSubflow !== false ? standInFor(deployment, caller, scope?.taskRun?.id ?? null) : null
  const work = new StartedRun({ ...started, controlPlane, signal, linked, caller }).run()
  caller?.follow(work)
  return work
}

/** Starts a run of a deployment for a task run of the flow, which stands for it, and waits for its end. Throws as `runDeployment` does. */
export function startChild(
  deployment: string,
  options: Pick<RunDeploymentOptions, 'parameters' | 'idempotencyKey'>,
  { flowRun, record, signal, controlPlane }: { flowRun: FlowRunScope; record: TaskRunRecord; signal: AbortSignal; controlPlane: ControlPlane },
): Promise<StartedFlowRun> {
  // Its states are the engine's business; only the link to the child is told.
  const linked: StandIn = { record, enter: () => flowRun.session.recorder.taskRun(record) }
  return new StartedRun({ deployment, options, tags: [], timeout: null, controlPlane, signal, linked, caller: flowRun }).run()
}

function timeoutOf({ timeout }: RunDeploymentOptions, owner: string): number | null {
  if (timeout === undefined) return null
  try {
    return toMilliseconds(timeout)
  } catch (error) {
    throw new UsageError(`timeout of ${owner}: ${(error as Error).message}`)
  }
}

/** The task run of the calling flow that stands for the child. */
interface StandIn {
  record: TaskRunRecord
  enter(type: StateType, name: string | undefined, message: string | null, error?: unknown): void
}

function standInFor(deployment: string, caller: FlowRunScope, parentTaskRunId: string | null): StandIn {
  const { recorder } = caller.session
  const taskKey = `run-deployment ${deployment}`
  const count = caller.countCall(taskKey)
  const record = new TaskRunRecord({
    id: newId(),
    flowRunId: caller.record.id,
    name: `${deployment}-${count}`,
    taskKey,
    dynamicKey: count,
    tags: [],
    parentTaskRunId,
  })
  const enter: StandIn['enter'] = (type, name, message, error) => {
    const details = error === undefined ? {} : { error: describeError(error) }
    record.enter(makeState({ id: newId(), type, message, details, timestamp: nowAfter(record.states.at(-1)?.timestamp), ...(name ? { name } : {}) }))
    recorder.taskRun(record)
  }
  enter('PENDING', undefined, null)
  return { record, enter }
}

interface Start {
  deployment: string
  options: RunDeploymentOptions
  tags: string[]
  /** Milliseconds; null = no end. */
  timeout: number | null
  controlPlane: ControlPlane
  signal: AbortSignal
  linked: StandIn | null
  caller: FlowRunScope | null
}

class StartedRun {
  readonly #start: Start
  readonly #begun = now()

  constructor(start: Start) {
    this.#start = start
  }

  async run(): Promise<StartedFlowRun> {
    const { linked, options } = this.#start
    try {
      let seen = await this.#create()
      if (linked) linked.record.childFlowRunId = seen.uuid
      if (options.wait !== false) seen = await this.#waitForEnd(seen)
      this.#mirror(seen)
      if (linked && !isFinal(seen.state.type)) linked.enter('COMPLETED', 'Started', `${seen.name} goes on by itself (${seen.state.name})`)
      const { type, name, message } = seen.state
      const state = { type, name, message }
      return { flowRunId: seen.uuid, flowRunName: seen.name, url: seen.url, state: isFinal(type) ? markFinalState(state) : state }
    } catch (error) {
      if (linked && !isFinal(linked.record.state.type)) {
        const aborted = this.#start.signal.aborted || error instanceof RunCancelled
        linked.enter(aborted ? 'CANCELLED' : 'FAILED', undefined, summarizeError(error), aborted ? undefined : error)
      }
      throw error
    }
  }

  /** Milliseconds that are left of the timeout. */
  #left(): number {
    const { timeout } = this.#start
    return timeout === null ? Number.POSITIVE_INFINITY : timeout - (now() - this.#begun)
  }

  async #create(): Promise<Seen> {
    const { deployment, options, tags, timeout, linked, caller } = this.#start
    const waits = options.wait !== false
    refuseSecrets(`runDeployment("${deployment}")`, { parameters: options.parameters, jobVariables: options.jobVariables })
    const input = {
      deploymentName: deployment,
      parameters: (options.parameters ?? {}) as JsonObject,
      tags,
      idempotencyKey: options.idempotencyKey ?? `run-deployment ${linked?.record.id ?? newId()}`,
      name: options.name,
      scheduledTime: options.scheduledTime?.toISOString(),
      jobVariables: options.jobVariables,
      parent:
        linked && caller
          ? {
              flowRunId: caller.record.id,
              taskRunId: linked.record.id,
              isWaiting: waits,
              waitsUntil: waits && timeout !== null ? new Date(this.#begun + timeout).toISOString() : undefined,
            }
          : undefined,
    }
    type Created = { createFlowRun: { flowRun?: Seen; code?: string; message?: string; path?: string[]; hint?: string | null } }
    const { createFlowRun } = await this.#ask<Created>(CREATE, { input }, Number.POSITIVE_INFINITY)
    if (createFlowRun.flowRun) return createFlowRun.flowRun
    const { code = 'UNKNOWN', message = 'no reason was given', hint } = createFlowRun
    throw new DeploymentNotRun(deployment, code, message, hint ?? undefined)
  }

  /** Looks again and again, less and less often, until the run is over or the timeout is. */
  async #waitForEnd(first: Seen): Promise<Seen> {
    const { signal, deployment } = this.#start
    let seen = first
    while (!isFinal(seen.state.type)) {
      this.#mirror(seen)
      const left = this.#left()
      if (left <= 0) return seen
      const pause = Math.min(LOOK.longest, Math.max(LOOK.shortest, (now() - this.#begun) * LOOK.share))
      await sleep(Math.min(pause, left), signal)
      const { flowRun } = (await this.#ask<{ flowRun: Seen | null } | null>(LOOK_AT, { id: seen.uuid }, this.#left())) ?? { flowRun: seen }
      if (!flowRun) throw new DeploymentNotRun(deployment, 'NOT_FOUND', `its run ${seen.name} is not there any more`, undefined)
      seen = flowRun
    }
    return seen
  }

  /** Asks until there is an answer, or for `patience` milliseconds: then null. */
  async #ask<Data>(query: string, variables: Record<string, unknown>, patience: number): Promise<Data> {
    const { controlPlane, signal, deployment } = this.#start
    const until = now() + patience
    let renewals = 0
    for (let pause: number = TRY.first; ; pause = Math.min(TRY.longest, pause * TRY.factor)) {
      if (signal.aborted) throw signal.reason
      try {
        return await askControlPlane<Data>(controlPlane, query, variables, signal)
      } catch (error) {
        const isOver = error instanceof ControlPlaneRefused && error.code === 'UNAUTHENTICATED' && controlPlane.renew && ++renewals <= RENEWALS
        if (isOver) controlPlane.renew?.()
        else if (error instanceof ControlPlaneRefused) throw new DeploymentNotRun(deployment, error.code, error.message, error.hint)
        else if (!(error instanceof ControlPlaneAway)) throw error
        if (now() > until) return null as Data
        await sleep(Math.max(pause, error instanceof ControlPlaneAway ? (error.retryAfter ?? 0) : 0), signal)
      }
    }
  }

  /** The stand-in shows what the child shows. */
  #mirror({ state }: Seen): void {
    const { linked } = this.#start
    if (!linked) return
    const { state: shown } = linked.record
    if (shown.type === state.type && shown.name === state.name) return
    linked.enter(state.type, state.name, state.message)
  }
}
