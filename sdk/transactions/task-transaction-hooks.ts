/** What a task has to do with transactions: the hooks that its author gave, and its part in the transaction around its call. */
import type { CachedCall } from '../cache/cached-call.ts'
import type { Judgement } from '../engine/judge-result.ts'
import { messageOf, UsageError } from '../errors.ts'
import { type Staged, type Transaction, TransactionScope, transactionScopes } from './transaction-scope.ts'

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

/** Null where an author gave none. */
export interface TransactionHooks {
  readonly onCommit: readonly TransactionHook[]
  readonly onRollback: readonly TransactionHook[]
}

/** Throws UsageError for what is no list of functions. */
export function checkTransactionHooks(
  options: { onCommit?: TransactionHook[]; onRollback?: TransactionHook[] },
  owner: string,
): TransactionHooks | null {
  const { onCommit = [], onRollback = [] } = options
  for (const [kind, hooks] of Object.entries({ onCommit, onRollback })) {
    if (!Array.isArray(hooks) || hooks.some((hook) => typeof hook !== 'function'))
      throw new UsageError(`${kind} of ${owner} must be a list of functions`)
  }
  return onCommit.length + onRollback.length === 0 ? null : { onCommit: [...onCommit], onRollback: [...onRollback] }
}

/** What the engine knows of a run that has completed. */
export interface Completed {
  hooks: TransactionHooks | null
  cached: CachedCall | null
  /** What a durable run leaves for its later attempts; null outside of transactions. */
  durable: NonNullable<Staged['write']> | null
  run: Omit<CommittedTaskRun, 'value'>
  judgement: Judgement
  onError: (message: string) => void
}

/**
 * The run's part in the transaction around it, which decides later. Without one it is a transaction by itself: committed now. Never rejects: a completed run
 * stays completed, and `onError` gets a sentence.
 */
export async function settleCompleted({ hooks, cached, durable, run, judgement, onError }: Completed): Promise<void> {
  const { result, resultSize = 0 } = judgement
  const taskRun: CommittedTaskRun = { ...run, value: judgement.value }
  const put = (transaction: string | null) => (cached && result ? cached.put(result, resultSize, transaction) : Promise.resolve())
  const around = transactionScopes.getStore()
  const scope = around ?? new TransactionScope(null, null)
  const bind = (list: readonly TransactionHook[] = []) => list.map((hook) => () => hook(scope, taskRun))
  const staged: Staged = { what: run.name, onCommit: bind(hooks?.onCommit), onRollback: bind(hooks?.onRollback), write: null, lock: null }
  if (around) {
    const handed = cached?.handOver()
    const store = handed?.store ?? durable?.store
    const into = async (transactionId: string) => {
      await put(transactionId)
      await durable?.into(transactionId)
    }
    if (store) staged.write = { store, into }
    await around.stage({ ...staged, lock: handed?.lock ?? null })
    return
  }
  try {
    await scope.stage(staged)
    await scope.commit()
    await put(null)
  } catch (error) {
    onError(`it completed, and could not be committed: ${messageOf(error)}`)
  }
}
