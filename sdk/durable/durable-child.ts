/**
 * A run of a deployment that a durable flow has started. A later attempt finds it again by the task run that stood for it, when that had finished, else by
 * the idempotency key it was started with: the same call has the same one in every attempt and process.
 */
import type { StateDetails } from '../../core/states.ts'
import type { TaskRunRecord } from '../engine/task-run-record.ts'
import type { DurablePlace, DurableWork, FinishedTaskRun } from './durable-work.ts'
import { hashInputs } from './hash-inputs.ts'

/** As the result of the task run that stands for a child: the reference is the child's id. */
const CHILD = 'flow-run'

/** What a call of `runDeployment` is known by. */
interface ChildInit {
  deployment: string
  parameters: Record<string, unknown> | undefined
  /** The author's own, in the place of the parameters. */
  idempotencyKey: string | undefined
  /** The task run that calls; null = the flow. */
  parent: TaskRunRecord | null
}

export class DurableChild {
  /** The child of an earlier attempt, and the task run that stood for it; null = no such task run has completed. */
  readonly earlier: { finished: FinishedTaskRun; flowRunId: string } | null
  readonly #work: DurableWork
  readonly #key: string
  readonly #within: string | null

  private constructor({ work, within }: DurablePlace, key: string, known: FinishedTaskRun | null) {
    this.#work = work
    this.#within = within
    this.#key = key
    this.earlier = known?.result.type === CHILD ? { finished: known, flowRunId: known.result.reference } : null
  }

  /** Counts the call among its equals. Throws InputNotHashable. */
  static open(durable: DurablePlace, { deployment, parameters, idempotencyKey, parent }: ChildInit): DurableChild | Promise<DurableChild> {
    const { work, key: caller } = durable
    const input = idempotencyKey === undefined ? `inputs ${hashInputs(deployment, [parameters ?? {}])}` : `key ${idempotencyKey}`
    const key = work.keyOf(parent?.durableKey ?? caller, `deployment ${deployment}`, input)
    if (typeof key !== 'string') return key.then(async (made) => new DurableChild(durable, made, await work.known(made)))
    const known = work.known(key)
    return known instanceof Promise ? known.then((found) => new DurableChild(durable, key, found)) : new DurableChild(durable, key, known)
  }

  /** `nth`: 0 for the first child; one that did not complete is followed by another one when the flow runs again. */
  idempotencyKey(nth: number): string {
    return `${this.#work.nameOf(this.#key)}${nth === 0 ? '' : `/${nth}`}`
  }

  /** The details of the completed task run, by which the record knows it. */
  mark(flowRunId: string): StateDetails {
    return { result: { type: CHILD, reference: flowRunId }, durableKey: this.#key }
  }

  /** The task run has completed: an attempt of the flow that follows in this process finds it. */
  remember(record: TaskRunRecord): void {
    this.#work.remember(this.#key, record, this.#within)
  }
}
