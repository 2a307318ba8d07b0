/** The part that a completed task run has in the transaction around its call, or, without one, a commit of its own. */
import type { CachedCall } from '../cache/cached-call.ts'
import type { Judgement } from '../engine/judge-result.ts'
import { messageOf } from '../errors.ts'
import type { CommittedTaskRun, TransactionHook, TransactionHooks } from './transaction-hooks.ts'
import { type Staged, TransactionScope, transactionScopes } from './transaction-scope.ts'

/** What the engine knows of a run that has completed. */
interface Completed {
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
