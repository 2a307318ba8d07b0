/** What authors write for transactions: the hooks of their tasks, and what hooks and bodies get. */
import { checkHooks } from '../check-options.ts'

/** What the body of a transaction and the hooks of its tasks get. */
export interface Transaction {
  /** UUID. */
  readonly id: string
  /** As it was given; null without one. */
  readonly key: string | null
  /** A value that was `set` here or in a transaction around it. */
  get<T = unknown>(name: string): T | undefined
  /** Keeps a value for the hooks, under a name; it is never stored. */
  set(name: string, value: unknown): void
  /** Ends the body by throwing TransactionRolledBack: everything in it is undone. */
  rollback(reason?: string): never
}

/** A run that has completed, as its hooks are told. */
export interface CommittedTaskRun {
  /** UUID of the task run. */
  id: string
  /** `write-0`, or what `runName` says. */
  name: string
  /** What it was called with, futures replaced by their values. */
  args: readonly unknown[]
  /** What it gave. */
  value: unknown
}

/** Gets the transaction and the run that has completed in it. */
export type TransactionHook = (tx: Transaction, taskRun: CommittedTaskRun) => unknown

/** Lists by kind, in the order they are to run. */
export interface TransactionHooks {
  readonly onCommit: readonly TransactionHook[]
  readonly onRollback: readonly TransactionHook[]
}

/** Null where an author gave none. Throws UsageError for what is no list of functions. */
export function checkTransactionHooks(
  options: { onCommit?: TransactionHook[]; onRollback?: TransactionHook[] },
  owner: string,
): TransactionHooks | null {
  const onCommit = checkHooks(options.onCommit, 'onCommit', owner)
  const onRollback = checkHooks(options.onRollback, 'onRollback', owner)
  return onCommit.length + onRollback.length === 0 ? null : { onCommit, onRollback }
}
