/** One call of a task in a durable run: which key it has, what earlier attempts made of it, and what it leaves for later ones. */
import type { StateDetails } from '../../core/states.ts'
import type { TaskKey } from '../engine/task-definition.ts'
import type { TaskRunRecord } from '../engine/task-run-record.ts'
import { UsageError } from '../errors.ts'
import type { ResultSettings } from '../results/result-settings.ts'
import type { ResultReference } from '../results/result-store.ts'
import type { ResultOwner } from '../results/store-result.ts'
import type { Staged } from '../transactions/transaction-scope.ts'
import type { DurablePlace, DurableWork, FinishedTaskRun } from './durable-work.ts'
import { hashInputs } from './hash-inputs.ts'

interface Called {
  readonly name: string
  readonly key: TaskKey | null
}

interface CallInit {
  task: Called
  args: readonly unknown[]
  /** The task run that calls; null = the flow. */
  parent: TaskRunRecord | null
  /** Where its result is kept; null = nowhere, so that it is never found again. */
  settings: ResultSettings | null
  /** A transaction is one piece of work: what it did not commit is done again as a whole. */
  inTransaction: boolean
}

export class DurableCall {
  readonly key: string
  readonly #work: DurableWork
  readonly #settings: ResultSettings | null
  readonly #inTransaction: boolean
  readonly #within: string | null

  private constructor(key: string, { work, within }: DurablePlace, { settings, inTransaction }: CallInit) {
    this.key = key
    this.#work = work
    this.#within = within
    this.#settings = settings
    this.#inTransaction = inTransaction
  }

  /** Counts the call among its equals. Throws InputNotHashable, UsageError for a key function that gives no text, or what it throws. */
  static open(durable: DurablePlace, init: CallInit): DurableCall | Promise<DurableCall> {
    const { work, key: caller } = durable
    const { task, args, parent, settings } = init
    const key = work.keyOf(parent?.durableKey ?? caller, `task ${task.name}`, settings === null ? 'not kept' : inputOf(task, args))
    return typeof key === 'string' ? new DurableCall(key, durable, init) : key.then((made) => new DurableCall(made, durable, init))
  }

  /** What an earlier attempt made of it, with its value; null = it has to run. Throws what reading the result throws. */
  find(): Promise<{ finished: FinishedTaskRun; value: unknown } | null> {
    if (this.#settings === null) return Promise.resolve(null)
    return this.#inTransaction ? this.#work.findCommitted(this.key, this.#settings) : this.#work.find(this.key, this.#settings)
  }

  /** What a run elsewhere that is made for this call is known by; null for a call that is done again as a whole, or whose result is not kept. */
  get nameElsewhere(): string | null {
    return this.#isKept ? this.#work.nameOf(this.key) : null
  }

  /** Whose result it is, stored where later attempts look for it. */
  ownerOf(owner: ResultOwner): ResultOwner {
    return this.#isKept ? this.#work.ownerOf(this.key, owner) : owner
  }

  /** The details of its final state, by which the record knows it. */
  mark(details: StateDetails): StateDetails {
    return details.result && this.#isKept ? { ...details, durableKey: this.key } : details
  }

  /** It has completed: an attempt of the flow that follows in this process finds it. */
  remember(record: TaskRunRecord): void {
    if (this.#isKept && record.state.type === 'COMPLETED') this.#work.remember(this.key, record, this.#within)
  }

  /** What a call within a transaction leaves for when that is committed; null for any other one. */
  stage(record: TaskRunRecord, result: ResultReference | undefined): NonNullable<Staged['write']> | null {
    if (this.#settings === null || !this.#inTransaction || !result) return null
    return this.#work.entryOf(this.key, this.#settings.store, record, result)
  }

  /** Its result counts as soon as it is stored. */
  get #isKept(): boolean {
    return this.#settings !== null && !this.#inTransaction
  }
}

function inputOf({ name, key }: Called, args: readonly unknown[]): string {
  if (key === null) return `inputs ${hashInputs(name, args)}`
  const made: unknown = (key as (...args: readonly unknown[]) => string)(...args)
  if (typeof made !== 'string' || made === '')
    throw new UsageError(`the key of task "${name}" must give a text, and gave ${made === '' ? 'an empty one' : typeof made}`)
  return `key ${made}`
}

/** What a subflow's calls are known by. Null when the run is not durable. */
export function durableOfSubflow(
  durable: DurablePlace | null,
  name: string,
  parameters: unknown,
  parent: TaskRunRecord | null,
): DurablePlace | null | Promise<DurablePlace> {
  if (!durable) return null
  const { work } = durable
  const key = work.keyOf(parent?.durableKey ?? durable.key, `flow ${name}`, hashInputs(name, [parameters]))
  const within = parent?.id ?? durable.within
  return typeof key === 'string' ? { work, key, within } : key.then((made) => ({ work, key: made, within }))
}
