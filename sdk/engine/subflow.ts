/**
 * A flow that is called inside a flow: a child flow run in the same process, and the task run of the calling flow that stands for it. The child tells the
 * caller's recorder; what it enters is entered by its stand-in, too.
 */
import { newId } from '../../core/ids.ts'
import { makeState, type State } from '../../core/states.ts'
import { durableOfSubflow } from '../durable/durable-call.ts'
import type { DurablePlace } from '../durable/durable-work.ts'
import { FlowRunEnded, UpstreamFailed } from '../errors.ts'
import { isHeldBack, neverSettles, NOT_STARTED } from '../pauses/held-back.ts'
import { runScopes } from '../run-context.ts'
import { withTagsAround } from '../tags.ts'
import { nowAfter } from './clock.ts'
import type { FlowDefinition } from './flow-definition.ts'
import { runFlow } from './flow-engine.ts'
import type { FlowRunScope, Session } from './flow-run-scope.ts'
import { beginRun, type FlowOutcome } from './flow-start.ts'
import { findUpstream, idsOf, settleUpstream, type Upstream } from './gather-upstream.ts'
import { TaskRunRecord } from './task-run-record.ts'

/** Runs it to its end. Rejects with FlowRunEnded, and with UpstreamFailed when it was not started for a future among its parameters. */
export async function runSubflow(flow: FlowDefinition, parameters: unknown, caller: FlowRunScope): Promise<FlowOutcome> {
  if (caller.ended) throw new FlowRunEnded(`subflow "${flow.name}"`, caller.record.name)
  if (isHeldBack()) return neverSettles()
  const subflow = new Subflow(flow, caller)
  const upstream = findUpstream({ args: [parameters] })
  const work = upstream ? subflow.runAfter(upstream, parameters) : subflow.run(parameters)
  caller.follow(work)
  return (await work) ?? neverSettles()
}

class Subflow {
  readonly #flow: FlowDefinition
  readonly #caller: FlowRunScope
  readonly #scope = runScopes.getStore()
  readonly #id = newId()
  readonly #standIn: TaskRunRecord

  constructor(flow: FlowDefinition, caller: FlowRunScope) {
    this.#flow = flow
    this.#caller = caller
    const count = caller.countCall(flow.name)
    this.#standIn = new TaskRunRecord({
      id: newId(),
      flowRunId: caller.record.id,
      name: `${flow.name}-${count}`,
      taskKey: flow.name,
      dynamicKey: count,
      tags: withTagsAround(flow.tags),
      parentTaskRunId: this.#scope?.taskRun?.id ?? null,
    })
  }

  /** Waits for the futures among the parameters. Without them there is no child, and the stand-in is NotReady. Null: the calling run is suspended meanwhile. */
  async runAfter(upstream: Upstream, parameters: unknown): Promise<FlowOutcome | null> {
    this.#standIn.upstream = idsOf(upstream)
    this.#enter({ type: 'PENDING' })
    const settled = await settleUpstream(upstream, { args: [parameters] })
    if (settled.blockedBy) {
      const { name, stateName, error } = settled.blockedBy
      this.#enter({ type: 'PENDING', name: 'NotReady', message: `Upstream ${name} did not complete (${stateName}), so it was not started` })
      throw new UpstreamFailed(`subflow ${this.#standIn.name}`, name, error)
    }
    if (isHeldBack()) {
      this.#enter({ type: 'CANCELLED', message: NOT_STARTED })
      return null
    }
    return this.run(settled.args[0])
  }

  run(parameters: unknown): Promise<FlowOutcome> {
    this.#standIn.childFlowRunId = this.#id
    const durable = durableOfSubflow(this.#caller.durable, this.#flow.name, parameters, this.#scope?.taskRun ?? null)
    return durable instanceof Promise ? durable.then((known) => this.#start(parameters, known)) : this.#start(parameters, durable)
  }

  #start(parameters: unknown, durable: DurablePlace | null): Promise<FlowOutcome> {
    const { about, record, logPrints, results, pauses } = this.#caller
    return runFlow(
      this.#flow,
      beginRun({
        session: this.#session(),
        about: { ...about, url: null, deployment: null, deploymentVersion: null, scheduledTime: null },
        parameters,
        id: this.#id,
        parent: {
          rootFlowRunId: record.rootFlowRunId,
          flowRunId: record.id,
          taskRunId: this.#standIn.id,
          logPrints,
          results,
          pauses,
          durable,
          scope: this.#caller,
        },
      }),
    )
  }

  /** The caller's: but its process, the permission to run and the first start of user code are the caller's own business. */
  #session(): Session {
    const { session, signal } = this.#caller
    const { recorder } = session
    return {
      ...session,
      signal: this.#scope?.signal ?? signal,
      mayRelease: false,
      permission: null,
      onStart: null,
      recorder: {
        taskRun: (record) => recorder.taskRun(record),
        log: (flowRunId, line) => recorder.log(flowRunId, line),
        artifact: (fact) => recorder.artifact(fact),
        event: (fact) => recorder.event(fact),
        flowRunState: (run, state, release) => {
          recorder.flowRunState(run, state, release)
          if (run.id === this.#id) this.#enter(state)
        },
      },
    }
  }

  /** The stand-in enters this state, with an id and a time of its own. */
  #enter(state: Pick<State, 'type'> & Partial<State>): void {
    const { recorder } = this.#caller.session
    this.#standIn.enter(makeState({ ...state, id: newId(), timestamp: nowAfter(this.#standIn.states.at(-1)?.timestamp) }))
    recorder.taskRun(this.#standIn)
  }
}
