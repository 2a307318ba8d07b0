/** What comes into a call from other task runs: found in its arguments and its `waitFor`, waited for, and put in its place. */
import { isAllowedFailure, type TaskFuture, type TaskOutcome } from '../future.ts'
import { findFutures, outcomesOf, replaceFutures } from './find-futures.ts'

/** As the caller gave it. */
export interface Inputs {
  args: readonly unknown[]
  /** Arguments that were searched for futures before and hold none. */
  plain?: readonly boolean[] | undefined
  /** Task runs (or values holding them) that must complete first. */
  waitFor?: unknown
}

/** Task runs that a call waits for. */
export interface Upstream {
  /** Each with whether its failure is a value. */
  readonly futures: ReadonlyMap<TaskFuture<unknown>, boolean>
  /** Some of them stand among the arguments. */
  readonly inArguments: boolean
}

/** Null when there is nothing to wait for. */
export function findUpstream({ args, plain, waitFor }: Inputs): Upstream | null {
  // Most tasks get plain values: nothing is made to find nothing.
  if (waitFor === undefined && args.every((value, at) => plain?.[at] || typeof value !== 'object' || value === null)) return null
  const found = findFutures(plain ? args.filter((_, at) => !plain[at]) : args)
  const waited = waitFor === undefined ? null : findFutures(isAllowedFailure(waitFor) ? [waitFor] : waitFor)
  if (!found.any && !waited?.any) return null
  const futures = new Map(found.futures)
  for (const [future, allowed] of waited?.futures ?? []) futures.set(future, allowed && (futures.get(future) ?? true))
  return { futures, inArguments: found.any }
}

/** The ids of the task runs: what a durable flow finds again gets its former one when it has ended. */
export const idsOf = ({ futures }: Upstream): string[] => [...futures.keys()].map((future) => future.taskRunId)

/** Waits until all have ended. Gives the first one that did not complete and has to, or else the arguments with values in the places of futures. */
export async function settleUpstream(
  { futures, inArguments }: Upstream,
  { args, plain }: Inputs,
): Promise<{ blockedBy: TaskFuture<unknown>; error: unknown } | { blockedBy: null; args: readonly unknown[] }> {
  const outcomes = await outcomesOf(futures.keys())
  for (const [future, allowed] of futures) {
    const outcome = outcomes.get(future)
    if (!allowed && outcome?.ok === false) return { blockedBy: future, error: outcome.error }
  }
  if (!inArguments) return { blockedBy: null, args }
  const outcomeOf = (future: TaskFuture<unknown>) => outcomes.get(future) as TaskOutcome
  return { blockedBy: null, args: args.map((value, at) => (plain?.[at] ? value : replaceFutures(value, outcomeOf))) }
}
