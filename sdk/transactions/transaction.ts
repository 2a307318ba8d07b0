/**
 * Several steps that count together or not at all.
 *
 *     await transaction({ key: `load/${day}` }, async (tx) => {
 *       await copyFiles(day)          // its onRollback removes them again
 *       await updateTable(day)        // throws: the files go
 *     })
 */
import { checkFunction, checkKeys } from '../check-options.ts'
import { writeEntry, readEntry } from '../cache/cache-entry.ts'
import { judgeResult } from '../engine/judge-result.ts'
import { now } from '../engine/clock.ts'
import { messageOf, UsageError } from '../errors.ts'
import { writeLog } from '../logger.ts'
import { readResult } from '../results/read-result.ts'
import { checkResults, resolveResults, type Results, type ResultSettings } from '../results/result-settings.ts'
import { storeResult } from '../results/store-result.ts'
import { runScopes } from '../run-context.ts'
import type { ResultStore } from '../results/result-store.ts'
import type { Resolved } from '../future-types.ts'
import { valueKey } from './commit-mark.ts'
import { TransactionRolledBack } from './errors.ts'
import { type HeldLock, hasLocks, takeLock, underLock } from './take-lock.ts'
import type { Transaction } from './transaction-hooks.ts'
import { TransactionScope, transactionScopes } from './transaction-scope.ts'

/** All of it may be left out. */
export interface TransactionOptions {
  /** Committed once: after that the body is skipped, in every process that has the same store, and its stored value given. */
  key?: string
  /** `serializable`: while one process is in it, others with the same key wait. Needs a key, and a store with locks. */
  isolation?: 'readCommitted' | 'serializable'
  /** Within another transaction: `lazy` (the default) is committed with it, `eager` at its own end, whatever becomes of the other one. */
  commit?: 'lazy' | 'eager'
  /** True: runs even when the key is committed, and takes its place. */
  overwrite?: boolean
  /** Where a key and its value are stored: as for flows and tasks; by default as the flow does, else in the default store. */
  results?: Results
}

const OPTIONS = ['key', 'isolation', 'commit', 'overwrite', 'results'] as const
const NEVER = new AbortController().signal

type Body<Result> = (tx: Transaction) => Result

/**
 * Runs the body and commits: the `onCommit` hooks of its tasks in order, then its key. When the body throws (or returns something that did not complete, or
 * calls `tx.rollback()`), the `onRollback` hooks of what had completed run, the last one first, and the error goes on to the caller.
 */
export function transaction<Result>(body: Body<Result>): Promise<Resolved<Awaited<Result>>>
/** The same, with a key, isolation, and the other options. Throws UsageError for an option that cannot be. */
export function transaction<Result>(options: TransactionOptions, body: Body<Result>): Promise<Resolved<Awaited<Result>>>
export async function transaction(first: TransactionOptions | Body<unknown>, second?: Body<unknown>): Promise<unknown> {
  const [options, body] = typeof first === 'function' ? [{}, first] : [first, second]
  checkFunction(body, 'transaction')
  const checked = check(options)
  const parent = transactionScopes.getStore() ?? null
  const scope = new TransactionScope(checked.key, parent)
  parent?.checkActive(scope.name)
  if (checked.commit === 'lazy') parent?.checkLazy(scope.name)
  const work =
    checked.key === null ? runBody(scope, body as Body<unknown>, checked, null) : runKeyed(scope, body as Body<unknown>, checked, checked.key)
  parent?.follow(work)
  return work
}

/** The transaction around the code that is running; null outside. */
export const currentTransaction = (): Transaction | null => transactionScopes.getStore() ?? null

type Checked = Required<Omit<TransactionOptions, 'key' | 'results'>> & { key: string | null; results: Results | undefined }

function check(options: TransactionOptions): Checked {
  if (typeof options !== 'object' || options === null) throw new UsageError('transaction needs options or a function as its first argument')
  checkKeys(options, OPTIONS, 'transaction')
  const { key = null, isolation = 'readCommitted', commit = 'lazy', overwrite = false, results } = options
  if (key !== null && (typeof key !== 'string' || key === '' || key.length > 2_000))
    throw new UsageError(
      `the key of a transaction must be 1 to 2,000 characters, and is ${typeof key === 'string' ? `${key.length} long` : typeof key}`,
    )
  if (isolation !== 'readCommitted' && isolation !== 'serializable')
    throw new UsageError(`isolation of a transaction must be 'readCommitted' or 'serializable', and is ${String(isolation)}`)
  if (key !== null && results === false) throw new UsageError('a transaction with a key stores its value, and cannot with results: false')
  if (isolation === 'serializable' && key === null) throw new UsageError('a serializable transaction needs a key: it is what others wait for')
  if (commit !== 'lazy' && commit !== 'eager') throw new UsageError(`commit of a transaction must be 'lazy' or 'eager', and is ${String(commit)}`)
  return { key, isolation, commit, overwrite, results: checkResults(results, 'a transaction') }
}

interface Keyed {
  settings: ResultSettings
  /** As it stands in the store, apart from the keys of cached tasks. */
  entryName: string
  /** Null when it is not serializable. */
  lock: HeldLock | null
}

async function runKeyed(scope: TransactionScope, body: Body<unknown>, options: Checked, key: string): Promise<unknown> {
  const around = runScopes.getStore()
  const settings = resolveResults(options.results ?? true, around?.flowRun?.results ?? null) as ResultSettings
  const { store } = settings
  const entryName = `transaction/${key}`
  const lock = options.isolation === 'serializable' ? await lockOf(scope, store, entryName) : null
  try {
    const entry = options.overwrite ? null : await readEntry(store, entryName, now())
    if (entry === null) {
      const run = () => runBody(scope, body, options, { settings, entryName, lock })
      return await (lock ? underLock(lock, scope.name, run) : run())
    }
    const value = await readResult(settings, entry.result)
    writeLog(around, 'info', `${scope.name} was committed on ${new Date(entry.createdAt).toISOString()}: its body is skipped`, undefined, 'weir')
    await lock?.release?.()
    return value
  } catch (error) {
    await lock?.release?.()
    throw error
  }
}

/** Waits for the lock of a serializable transaction. */
function lockOf({ name: what }: TransactionScope, store: ResultStore, name: string): Promise<HeldLock> {
  if (!hasLocks(store))
    throw new UsageError(`isolation 'serializable' of ${what} needs locks, and its store has none`, 'localFiles has; or leave it out.')
  return takeLock({ store, name, what, which: 'its lock', signal: runScopes.getStore()?.signal ?? NEVER })
}

async function runBody(scope: TransactionScope, body: Body<unknown>, options: Checked, keyed: Keyed | null): Promise<unknown> {
  const around = runScopes.getStore()
  let value: unknown
  try {
    value = await transactionScopes.run(scope, async () => {
      const judged = await judgeResult(await body(scope), scope.name)
      await scope.allEnded()
      if (judged.type !== 'COMPLETED') throw judged.error
      return keyed ? await stageValue(scope, keyed, judged.value) : judged.value
    })
  } catch (error) {
    scope.close()
    await scope.allEnded()
    // One that was asked for says so itself.
    const asked = error instanceof TransactionRolledBack && error.message.startsWith(scope.name)
    const why = asked ? error.message : `${scope.name} is rolled back: ${messageOf(error)}`
    writeLog(around, 'warn', why, undefined, 'weir')
    await scope.undo()
    throw error
  }
  if (scope.parent && options.commit === 'lazy') scope.handToParent()
  else await scope.commit()
  return value
}

/** Stores what the body gave; the key leads to it once the transaction is committed. */
async function stageValue(scope: TransactionScope, { settings, entryName, lock }: Keyed, value: unknown): Promise<unknown> {
  const flowRunId = runScopes.getStore()?.flowRun?.record.id ?? null
  const stored = await storeResult(settings, value, { flowRunId, taskRunId: null, key: valueKey(scope.id) })
  const into = (transaction: string) =>
    writeEntry(settings.store, {
      weir: 1,
      key: entryName,
      from: { taskRunId: null, taskRunName: null, flowRunId },
      createdAt: Math.floor(now()),
      expiresAt: null,
      result: stored.reference,
      transaction,
    })
  await scope.stage({ what: scope.name, onCommit: [], onRollback: [], write: { store: settings.store, into }, lock })
  return stored.value
}
