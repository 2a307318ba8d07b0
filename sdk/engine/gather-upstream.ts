/** What comes into a call from other task runs: found in its arguments and its `waitFor`, waited for, and put in its place. */
import { isAllowedFailure, type TaskFuture, type TaskOutcome } from '../future.ts'
import { UnsuccessfulState } from '../errors.ts'
import { type Findings, findFutures, outcomesOf, replaceFutures } from './find-futures.ts'

/** As the caller gave it. */
export interface Inputs {
  args: readonly unknown[]
  /** Arguments that were searched for futures before and hold none. */
  plain?: readonly boolean[] | undefined
  /** Task runs, states of runs, or values holding some, that must complete first. */
  waitFor?: unknown
}

/** Task runs that a call waits for. */
export interface Upstream {
  /** Each with whether its failure is a value. */
  readonly futures: ReadonlyMap<TaskFuture<unknown>, boolean>
  /** Some of them stand among the arguments. */
  readonly inArguments: boolean
  /** Of a run that is waited for and that has ended already without completing; null = there is none. */
  readonly endedAs: Findings['states'][number] | null
}

/** What did not complete and has to: its name, how it ended, and why. */
interface Blocker {
  name: string
  stateName: string
  error: unknown
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
  return { futures, inArguments: found.any, endedAs: waited?.states.find(({ type }) => type !== 'COMPLETED') ?? null }
}

/** The ids of the task runs: what a durable flow finds again gets its former one when it has ended. */
export const idsOf = ({ futures }: Upstream): string[] => [...futures.keys()].map((future) => future.taskRunId)

/**
 * Waits until all have ended. Gives the first one that did not complete and has to, or else the arguments with values in the places of futures. A state among
 * the arguments is a value that the task is to look at, whatever it says.
 */
export async function settleUpstream(
  { futures, inArguments, endedAs }: Upstream,
  { args, plain }: Inputs,
): Promise<{ blockedBy: Blocker } | { blockedBy: null; args: readonly unknown[] }> {
  const outcomes = await outcomesOf(futures.keys())
  for (const [future, allowed] of futures) {
    const outcome = outcomes.get(future)
    if (!allowed && outcome?.ok === false) return { blockedBy: { name: future.name, stateName: future.state.name, error: outcome.error } }
  }
  if (endedAs) {
    const { type, name: stateName, message, flowRunName: name = 'a run' } = endedAs
    return { blockedBy: { name, stateName, error: new UnsuccessfulState(name, type, stateName, message) } }
  }
  if (!inArguments) return { blockedBy: null, args }
  const outcomeOf = (future: TaskFuture<unknown>) => outcomes.get(future) as TaskOutcome
  return { blockedBy: null, args: args.map((value, at) => (plain?.[at] ? value : replaceFutures(value, outcomeOf))) }
}
