/**
 * One transaction while it goes on: what was done in it, to be committed together or undone in reverse.
 *
 * 1. Nothing is written down as committed before every `onCommit` hook has run; an error in one undoes everything.
 * 2. What is written (entries of cached tasks, values of keys) counts from one moment on: that of the mark.
 * 3. Locks are held until the outermost transaction that has a part in it has ended.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { newId } from '../../core/ids.ts'
import { messageOf, UsageError } from '../errors.ts'
import { writeLog } from '../logger.ts'
import type { ResultStore } from '../results/result-store.ts'
import { runScopes } from '../run-context.ts'
import { markCommitted } from './commit-mark.ts'
import { TransactionRolledBack } from './errors.ts'
import type { Transaction } from './transaction-hooks.ts'

/** One thing that was done. */
export interface Staged {
  /** In the order they are to run; each is told what happens by its own closure. */
  onCommit: readonly (() => unknown)[]
  onRollback: readonly (() => unknown)[]
  /** `load-0`, for log lines. */
  what: string
  /** Writes what counts once the transaction of this id is marked; where it lies. Null = there is nothing to write. */
  write: { store: ResultStore; into: (transactionId: string) => Promise<void> } | null
  /** The lock that it was done under, held until the transaction has ended. */
  lock: { id: string; release: (() => Promise<void>) | null } | null
}

/** What matters of a task that is called in a transaction. */
export interface TaskInTransaction {
  readonly name: string
  readonly transactionHooks: unknown
  readonly cache: { readonly isolation: string } | null
}

const KEY = Symbol.for('weirflow.transaction-scope')
type Holder = { [KEY]?: AsyncLocalStorage<TransactionScope> }

/** The innermost transaction around the code that is running; one storage for all copies of the package. */
export const transactionScopes: AsyncLocalStorage<TransactionScope> = ((globalThis as Holder)[KEY] ??= new AsyncLocalStorage<TransactionScope>())

/** The engine's own view of a transaction. */
export class TransactionScope implements Transaction {
  readonly id: string
  readonly key: string | null
  /** As messages name it. */
  readonly name: string
  readonly parent: TransactionScope | null
  #state: 'active' | 'closing' | 'staged' | 'committed' | 'rolled back' = 'active'
  readonly #staged: Staged[] = []
  readonly #values = new Map<string, unknown>()
  readonly #active = new Set<Promise<unknown>>()
  /** Who waits for a lock that this transaction may come to hold. */
  readonly #listeners = new Map<() => void, string>()

  constructor(key: string | null, parent: TransactionScope | null, id: string = newId()) {
    this.id = id
    this.key = key
    this.name = key === null ? 'the transaction' : `transaction "${key}"`
    this.parent = parent
  }

  get<T = unknown>(name: string): T | undefined {
    return (this.#values.has(name) ? this.#values.get(name) : this.parent?.get(name)) as T | undefined
  }

  /** Whatever `get` finds. */
  values(): Map<string, unknown> {
    return new Map([...(this.parent?.values() ?? []), ...this.#values])
  }

  set(name: string, value: unknown): void {
    this.#values.set(name, value)
  }

  rollback(reason?: string): never {
    throw new TransactionRolledBack(this.name, reason)
  }

  /** The body has thrown: what has not started will not, and is not waited for. */
  close(): void {
    this.#state = 'closing'
  }

  /** Why a task in it must not begin (another attempt); null = it may. */
  get whyNotStart(): Error | null {
    return this.#state === 'closing' ? new TransactionRolledBack(this.name, undefined) : (this.parent?.whyNotStart ?? null)
  }

  /** Throws UsageError when it is over: what still goes on in it then would be neither committed nor undone. */
  checkActive(what: string): void {
    const reason = this.whyNotStart
    if (reason) throw reason
    if (this.#state === 'active') return
    throw new UsageError(`${what} was started in ${this.name}, which is ${this.#state}`, 'Await what a transaction starts before its body returns.')
  }

  /** Keeps the transaction open until the promise settles. */
  follow(work: Promise<unknown>): void {
    const settled: Promise<void> = work.then(
      () => void this.#active.delete(settled),
      () => void this.#active.delete(settled),
    )
    this.#active.add(settled)
  }

  /** All that was started in it has ended. */
  async allEnded(): Promise<void> {
    while (this.#active.size > 0) await Promise.all(this.#active)
  }

  /** Throws UsageError for a task that cannot be part of it. `store`: where its result goes. */
  checkTask(_task: TaskInTransaction, _store: ResultStore | null): void {}

  /** Throws UsageError when the transaction of this name, within this one, cannot be committed with it. */
  checkLazy(_name: string): void {}

  /** Something was done in it. Resolves once it is known to whoever commits. */
  stage(staged: Staged): void | Promise<void> {
    this.#staged.push(staged)
    for (const [listener, id] of this.#listeners) if (id === staged.lock?.id) listener()
  }

  /** Whether it, or one around it, has this lock until its end. */
  holds(lockId: string): boolean {
    return this.#staged.some(({ lock }) => lock?.id === lockId) || (this.parent?.holds(lockId) ?? false)
  }

  /** Calls when `holds` has become true. Gives the function that stops it. */
  onHeld(lockId: string, listener: () => void): () => void {
    this.#listeners.set(listener, lockId)
    const stopParent = this.parent?.onHeld(lockId, listener)
    return () => {
      this.#listeners.delete(listener)
      stopParent?.()
    }
  }

  /** The transaction around it decides about all of this one. */
  handToParent(): void {
    this.#state = 'staged'
    for (const staged of this.#staged) void this.parent?.stage(staged)
  }

  /** Hooks, then entries, then the mark. Rejects with what went wrong, after everything was undone. */
  async commit(): Promise<void> {
    try {
      for (const { onCommit } of this.#staged) for (const hook of onCommit) await hook()
      const stores = new Set<ResultStore>()
      for (const { write } of this.#staged) {
        if (!write) continue
        await write.into(this.id)
        stores.add(write.store)
      }
      for (const store of stores) await markCommitted(store, this.id)
      this.#state = 'committed'
    } catch (error) {
      this.#log('error', `${this.name} could not be committed: ${messageOf(error)}`)
      await this.undo()
      throw error
    }
    await this.#release()
  }

  /** Rollback hooks, the last thing first. An error in one is logged, and the others run all the same. */
  async undo(): Promise<void> {
    this.#state = 'rolled back'
    for (const { onRollback, what } of this.#staged.toReversed()) {
      for (const hook of onRollback) {
        try {
          await hook()
        } catch (error) {
          this.#log('error', `a rollback hook of ${what} threw: ${messageOf(error)}`)
        }
      }
    }
    await this.#release()
  }

  async #release(): Promise<void> {
    for (const { lock } of this.#staged) await lock?.release?.()
  }

  #log(level: 'info' | 'error', message: string): void {
    writeLog(runScopes.getStore(), level, message, undefined, 'weir')
  }
}
