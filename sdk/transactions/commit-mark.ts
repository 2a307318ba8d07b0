/**
 * The moment of a commit: one small piece in the store. What a transaction writes before names the transaction and counts for nothing until its mark is
 * there, so that a process that dies halfway has committed nothing.
 */
import type { ResultStore } from '../results/result-store.ts'

const markKey = (transactionId: string): string => `transactions/${transactionId}/committed`

/** The key of the value that a transaction's body gave. */
export const valueKey = (transactionId: string): string => `transactions/${transactionId}/value`

/** All that was written in its name counts from now on. */
export async function markCommitted(store: ResultStore, transactionId: string): Promise<void> {
  await store.write(
    markKey(transactionId),
    (async function* () {
      yield Buffer.from('committed\n')
    })(),
  )
}

/** Whether it was. */
export async function isCommitted(store: ResultStore, transactionId: string): Promise<boolean> {
  const mark = await store.read(markKey(transactionId))
  if (mark === null) return false
  for await (const _ of mark);
  return true
}
