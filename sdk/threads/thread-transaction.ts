/**
 * The transaction around a task that runs in a thread, as the thread has it. It is committed or rolled back where it began: there only data can be sent.
 *
 * 1. Entries of cached tasks and of durable runs are written at once, in the transaction's name: they count once it is committed.
 * 2. Hooks, and locks that are held until its end, are code of the thread, which may be gone by then: what has them is refused.
 */
import { UsageError } from '../errors.ts'
import { describeStore, type DescribedStore } from '../results/described-results.ts'
import type { ResultStore } from '../results/result-store.ts'
import { findUncloneable } from './find-uncloneable.ts'
import { type Staged, type TaskInTransaction, TransactionScope } from '../transactions/transaction-scope.ts'

/** On its way to a thread. */
export interface DescribedTransaction {
  id: string
  key: string | null
  /** Those that can be sent. */
  values: ReadonlyMap<string, unknown>
}

/** What the thread tells of it. */
export type TransactionNews = { type: 'staged'; what: string; store: DescribedStore } | { type: 'kept'; name: string; value: unknown }

const IN_THREAD = 'inside a task that runs in a thread'
const HINT = "Call it from the flow, or inside of transaction({ commit: 'eager' }, …) in the task."

export class ThreadTransaction extends TransactionScope {
  readonly #isDurable: boolean
  readonly #say: (news: TransactionNews) => void

  /** `isDurable`: its tasks are those of a durable run. */
  constructor({ id, key, values }: DescribedTransaction, isDurable: boolean, say: (news: TransactionNews) => void) {
    super(key, null, id)
    for (const [name, value] of values) super.set(name, value)
    this.#isDurable = isDurable
    this.#say = say
  }

  override set(name: string, value: unknown): void {
    const problem = findUncloneable(value)
    if (problem)
      throw new UsageError(`"${name}" of ${this.name} is set ${IN_THREAD}, and cannot be sent to it: ${problem.path || 'it'} is ${problem.what}`)
    super.set(name, value)
    this.#say({ type: 'kept', name, value })
  }

  override checkTask({ name, transactionHooks, cache }: TaskInTransaction, store: ResultStore | null): void {
    const refuse = (why: string) => {
      throw new UsageError(`task "${name}" is called ${IN_THREAD}, within ${this.name}, and ${why}`, HINT)
    }
    if (transactionHooks) refuse('its onCommit and onRollback hooks could not run when that ends')
    if (cache?.isolation === 'serializable') refuse('its lock could not be held until that ends')
    if ((cache || this.#isDurable) && store && !describeStore(store))
      refuse('its results are in a store of your own, where that cannot be marked as committed')
  }

  override checkLazy(name: string): void {
    throw new UsageError(
      `${name} began ${IN_THREAD}, within ${this.name}, and cannot be committed with it`,
      "transaction({ commit: 'eager' }, …) is committed at its own end.",
    )
  }

  override async stage({ what, write }: Staged): Promise<void> {
    if (!write) return
    await write.into(this.id)
    this.#say({ type: 'staged', what, store: describeStore(write.store) as DescribedStore })
  }
}

/** As it is sent to a thread. */
export const describeTransaction = (scope: TransactionScope): DescribedTransaction => ({
  id: scope.id,
  key: scope.key,
  values: new Map([...scope.values()].filter(([, value]) => findUncloneable(value) === null)),
})

/** What the thread has told becomes part of the transaction. */
export function hearTransaction(scope: TransactionScope, news: TransactionNews, storeOf: (described: DescribedStore) => ResultStore): void {
  if (news.type === 'kept') return scope.set(news.name, news.value)
  const write = { store: storeOf(news.store), into: async () => {} }
  void scope.stage({ what: news.what, onCommit: [], onRollback: [], write, lock: null })
}
