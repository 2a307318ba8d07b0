/**
 * `runDeployment`: a run of a deployment, started by a flow (then it is its child, elsewhere) or by any program.
 *
 *     const { state } = await runDeployment('weather-etl/nightly', { parameters: { day: '2026-01-01' }, timeout: '1h' })
 *
 * 1. Asking again never starts a second run: every call has an idempotency key. In a durable flow it is the same one in every attempt, so that the child of
 *    an attempt before is found again; a child that did not complete is followed by a new one, as a failed task runs again.
 * 2. A control plane that cannot be reached is waited for; only what it says is an error.
 * 3. In a flow a task run stands for the child and shows its states. While the flow's process waits it lends its slots to the child.
 */
import type { Duration } from '../core/duration.ts'
import { newId } from '../core/ids.ts'
import type { JsonObject } from '../core/json-value.ts'
import { isFinal, type StateType } from '../core/states.ts'
import { askPatiently } from './client/ask-patiently.ts'
import { configuredControlPlane } from './client/configured-control-plane.ts'
import { type ControlPlane, ControlPlaneRefused } from './client/control-plane.ts'
import { DurableChild } from './durable/durable-child.ts'
import type { FinishedTaskRun } from './durable/durable-work.ts'
import { now } from './engine/clock.ts'
import { describeError, summarizeError } from './engine/describe-error.ts'
import type { FlowRunScope } from './engine/flow-run-scope.ts'
import { TaskRunRecord } from './engine/task-run-record.ts'
import { TaskRunReport } from './engine/task-run-report.ts'
import { checkDuration, checkKeys, checkTags } from './check-options.ts'
import { FlowRunEnded, RunCancelled, UsageError, WeirError } from './errors.ts'
import { isHeldBack, neverSettles } from './pauses/held-back.ts'
import { refuseSecrets } from './redaction/refuse-secrets.ts'
import { resolveRetries } from './retries/retry-policy.ts'
import { runScopes } from './run-context.ts'
import { lookUntilOver, SEEN, type SeenFlowRun, type StartedFlowRun, startedFlowRun } from './started-flow-run.ts'
import { withTagsAround } from './tags.ts'

/** How the run is started, and whether it is waited for. */
export interface RunDeploymentOptions {
  /** Over the deployment's own; checked against its schema by the control plane. */
  parameters?: Record<string, unknown>
  /** Waiting ends after this, and the run goes on: its state then is the present one. By default there is no end. */
  timeout?: Duration
  /** False: the run is started and not waited for. */
  wait?: boolean
  /** The same key of the same flow again gives the run that exists, whatever became of it, also over attempts of the calling flow. */
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

/** The control plane does not start the run: there is no such deployment, or the parameters do not fit. `code` is the API's. */
export class DeploymentNotRun extends WeirError {
  constructor(deployment: string, code: string, why: string, hint: string | undefined) {
    super(code, `deployment ${deployment} was not run: ${why}`, hint === undefined ? {} : { hint })
  }
}

const OPTIONS = ['parameters', 'timeout', 'wait', 'idempotencyKey', 'tags', 'name', 'scheduledTime', 'jobVariables', 'asSubflow'] as const
const CREATE = `mutation RunDeployment($input: CreateFlowRunInput!) { createFlowRun(input: $input) {
  ... on CreateFlowRunSuccess { existed flowRun { ${SEEN} } } ... on Error { code message path hint } } }`
const LOOK_AT = `query Child($id: ID!) { flowRun(id: $id) { ${SEEN} } }`

const hasFailed = ({ state }: SeenFlowRun): boolean => isFinal(state.type) && state.type !== 'COMPLETED'

/** Starts a run of `flow/deployment` and waits for its end. Throws DeploymentNotRun, UsageError, or what the calling flow is aborted with. */
export async function runDeployment(deployment: string, options: RunDeploymentOptions = {}): Promise<StartedFlowRun> {
  const owner = `runDeployment("${String(deployment)}")`
  if (typeof deployment !== 'string' || !/^[^/]+\/[^/]+$/.test(deployment))
    throw new UsageError(`${owner} needs the name of a deployment: flow/deployment`)
  checkKeys(options, OPTIONS, owner)
  const started = {
    deployment,
    options,
    tags: withTagsAround(checkTags(options.tags, owner)),
    timeout: options.timeout === undefined ? null : checkDuration(options.timeout, `timeout of ${owner}`),
  }
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
  if (isHeldBack()) return neverSettles()
  const parent = scope?.taskRun ?? null
  const { parameters, idempotencyKey } = options
  const opened = caller?.durable ? DurableChild.open(caller.durable, { deployment, parameters, idempotencyKey, parent }) : null
  const durable = opened instanceof Promise ? await opened : opened
  const linked = caller && options.asSubflow !== false ? standInFor(deployment, caller, parent?.id ?? null, durable) : null
  const work = new StartedRun({ ...started, controlPlane, signal, linked, caller, durable }).run()
  caller?.follow(work)
  return work
}

/** Starts a run of a deployment for a task run of the flow, which stands for it, and waits for its end. Throws as `runDeployment` does. */
export function startChild(
  deployment: string,
  options: Pick<RunDeploymentOptions, 'parameters'> & {
    idempotencyKey: string
    /** Of a durable flow: goes before `idempotencyKey`, and is the same in all attempts. A run under it that did not complete is followed by another one. */
    durableName: string | null
  },
  { flowRun, record, signal, controlPlane }: { flowRun: FlowRunScope; record: TaskRunRecord; signal: AbortSignal; controlPlane: ControlPlane },
): Promise<StartedFlowRun> {
  // Its states are the engine's business; only the link to the child is told.
  const linked: StandIn = { record, enter: () => flowRun.session.recorder.taskRun(record), become() {} }
  const { parameters = {}, idempotencyKey, durableName } = options
  const durable = durableName === null ? null : { earlier: null, idempotencyKey: (nth: number) => `${durableName}${nth === 0 ? '' : `/${nth}`}` }
  const asked = durable ? { parameters } : { parameters, idempotencyKey }
  return new StartedRun({
    deployment,
    options: asked,
    tags: withTagsAround([]),
    timeout: null,
    controlPlane,
    signal,
    linked,
    caller: flowRun,
    durable,
  }).run()
}

/** The task run of the calling flow that stands for the child. */
interface StandIn {
  record: TaskRunRecord
  enter(type: StateType, name: string | undefined, message: string | null, error?: unknown): void
  /** It is that one of an earlier attempt. */
  become(finished: FinishedTaskRun): void
}

const WITHOUT_RETRIES = resolveRetries(undefined, '')

function standInFor(deployment: string, caller: FlowRunScope, parentTaskRunId: string | null, durable: DurableChild | null): StandIn {
  const taskKey = `run-deployment ${deployment}`
  const count = caller.countCall(taskKey)
  const record = new TaskRunRecord({
    id: newId(),
    flowRunId: caller.record.id,
    name: `${deployment}-${count}`,
    taskKey,
    dynamicKey: count,
    tags: withTagsAround([]),
    parentTaskRunId,
  })
  const report = new TaskRunReport(record, caller, WITHOUT_RETRIES)
  const enter: StandIn['enter'] = (type, name, message, error) => {
    const { childFlowRunId } = record
    const marks = type === 'COMPLETED' && durable && childFlowRunId !== undefined ? durable.mark(childFlowRunId) : {}
    report.enter(type, { name, message, details: error === undefined ? marks : { error: describeError(error) } })
    durable?.remember(record)
  }
  const become: StandIn['become'] = (finished) => {
    record.childFlowRunId = finished.result.reference
    report.become(finished, durable?.mark(finished.result.reference) ?? {})
  }
  // What an earlier attempt has finished is told only where it is not that task run again.
  if (durable?.earlier) report.enterUntold('PENDING')
  else enter('PENDING', undefined, null)
  return { record, enter, become }
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
  /** Null when the calling flow is not durable. */
  durable: Pick<DurableChild, 'earlier' | 'idempotencyKey'> | null
}

class StartedRun {
  readonly #start: Start
  readonly #begun = now()
  /** The last question may have been heard although nobody answered. */
  #hasLostAnswer = false

  constructor(start: Start) {
    this.#start = start
  }

  async run(): Promise<StartedFlowRun> {
    const { linked } = this.#start
    try {
      let seen = (await this.#findAgain()) ?? (await this.#startOrFind())
      if (linked) linked.record.childFlowRunId = seen.uuid
      if (this.#waits) seen = await this.#waitForEnd(seen)
      this.#mirror(seen)
      if (linked && !isFinal(linked.record.state.type)) linked.enter('COMPLETED', 'Started', `${seen.name} goes on by itself (${seen.state.name})`)
      return startedFlowRun(seen)
    } catch (error) {
      if (linked && !isFinal(linked.record.state.type)) {
        const aborted = this.#start.signal.aborted || error instanceof RunCancelled
        linked.enter(aborted ? 'CANCELLED' : 'FAILED', undefined, summarizeError(error), aborted ? undefined : error)
      }
      throw error
    }
  }

  get #waits(): boolean {
    return this.#start.options.wait !== false
  }

  /** The child whose stand-in an earlier attempt of a durable flow has completed; null = there is none, or none that counts any more. */
  async #findAgain(): Promise<SeenFlowRun | null> {
    const { durable, linked } = this.#start
    const known = durable?.earlier
    if (!known) return null
    const { flowRun } = await this.#ask<{ flowRun: SeenFlowRun | null }>(LOOK_AT, { id: known.flowRunId }, Number.POSITIVE_INFINITY)
    if (!flowRun || (this.#waits && hasFailed(flowRun))) return null
    linked?.become(known.finished)
    return flowRun
  }

  /** A new child, or the one that exists under its key. One that an earlier attempt of a durable flow saw fail is followed by another one. */
  async #startOrFind(): Promise<SeenFlowRun> {
    const { options, linked, durable } = this.#start
    if (!durable || options.idempotencyKey !== undefined)
      return (await this.#create(options.idempotencyKey ?? `run-deployment ${linked?.record.id ?? newId()}`)).flowRun
    for (let nth = 0; ; nth++) {
      this.#hasLostAnswer = false
      const { flowRun, existed } = await this.#create(durable.idempotencyKey(nth))
      // Asked twice, it may be this very call that has started it.
      if (!existed || this.#hasLostAnswer || !this.#waits || !hasFailed(flowRun)) return flowRun
    }
  }

  async #create(idempotencyKey: string): Promise<{ flowRun: SeenFlowRun; existed: boolean }> {
    const { deployment, options, tags, timeout, linked, caller } = this.#start
    const waits = this.#waits
    const { parameters, jobVariables, name, tags: ownTags, idempotencyKey: ownKey } = options
    refuseSecrets(`runDeployment("${deployment}")`, { parameters, jobVariables, name, tags: ownTags, idempotencyKey: ownKey })
    const input = {
      deploymentName: deployment,
      parameters: (parameters ?? {}) as JsonObject,
      tags,
      idempotencyKey,
      name,
      scheduledTime: options.scheduledTime?.toISOString(),
      jobVariables,
      parent:
        linked && caller
          ? {
              flowRunId: caller.record.id,
              taskRunId: linked.record.id,
              isWaiting: waits,
              waitsUntil: waits && timeout !== null ? new Date(this.#begun + timeout).toISOString() : undefined,
            }
          : null,
    }
    type Created = {
      createFlowRun: { flowRun?: SeenFlowRun; existed?: boolean; code?: string; message?: string; path?: string[]; hint?: string | null }
    }
    const { createFlowRun } = await this.#ask<Created>(CREATE, { input }, Number.POSITIVE_INFINITY)
    if (createFlowRun.flowRun) return { flowRun: createFlowRun.flowRun, existed: createFlowRun.existed === true }
    const { code = 'UNKNOWN', message = 'no reason was given', hint } = createFlowRun
    throw new DeploymentNotRun(deployment, code, message, hint ?? undefined)
  }

  /** Until the run is over or the timeout is; the stand-in shows what is seen. */
  #waitForEnd(first: SeenFlowRun): Promise<SeenFlowRun> {
    const { signal, deployment, timeout } = this.#start
    const look = async (patience: number): Promise<SeenFlowRun | null> => {
      const answer = await this.#ask<{ flowRun: SeenFlowRun | null } | null>(LOOK_AT, { id: first.uuid }, patience)
      if (answer && !answer.flowRun) throw new DeploymentNotRun(deployment, 'NOT_FOUND', `its run ${first.name} is not there any more`, undefined)
      return answer?.flowRun ?? null
    }
    const limit = timeout ?? Number.POSITIVE_INFINITY
    return lookUntilOver(first, { limit, begun: this.#begun, signal, look, onLook: (seen) => this.#mirror(seen) })
  }

  /** Asks until there is an answer, or for `patience` milliseconds: then null. */
  async #ask<Data>(query: string, variables: Record<string, unknown>, patience: number): Promise<Data> {
    const { controlPlane, signal, deployment } = this.#start
    const onFailure = () => {
      this.#hasLostAnswer = true
    }
    try {
      return (await askPatiently<Data>(controlPlane, query, variables, { signal, patience, onFailure })) as Data
    } catch (error) {
      if (error instanceof ControlPlaneRefused) throw new DeploymentNotRun(deployment, error.code, error.message, error.hint)
      throw error
    }
  }

  /** The stand-in shows what the child shows. */
  #mirror({ state }: SeenFlowRun): void {
    const { linked } = this.#start
    if (!linked) return
    const { state: shown } = linked.record
    if (isFinal(shown.type) || (shown.type === state.type && shown.name === state.name)) return
    linked.enter(state.type, state.name, state.message)
  }
}
