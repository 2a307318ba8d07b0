/** Operations in words. */
import { formatCount } from '#lib/clock/format-time.ts'
import type { OperationKind, OperationRowFragment } from '#lib/graphql/generated/graphql.ts'

/** While it goes on, and after. */
const WORDS: Record<OperationKind, { doing: string; done: string }> = {
  CANCEL_FLOW_RUNS: { doing: 'Cancelling', done: 'asked to stop' },
  RETRY_FLOW_RUNS: { doing: 'Retrying', done: 'set to run again' },
  DELETE_FLOW_RUNS: { doing: 'Deleting', done: 'deleted' },
}

/** `1 run`, `312 runs`. */
export const pluralRuns = (count: number): string => `${formatCount(count)} ${count === 1 ? 'run' : 'runs'}`

/** `Cancelling 312 runs`. */
export const sayDoing = ({ kind, totalCount }: Pick<OperationRowFragment, 'kind' | 'totalCount'>): string =>
  `${WORDS[kind].doing} ${pluralRuns(totalCount)}`

/** What came of it: `312 runs asked to stop.`; with what was left when somebody stopped it. */
export function sayDone({ kind, state, changedCount, processedCount, totalCount }: OperationRowFragment): string {
  const done = `${pluralRuns(changedCount)} ${WORDS[kind].done}.`
  return state === 'STOPPED' ? `Stopped: ${done} ${formatCount(Math.max(0, totalCount - processedCount))} were left alone.` : done
}

/** Which runs refused and why the first of them did; null when none did. */
export function sayRefused({ refusedCount, refusals }: OperationRowFragment): string | null {
  if (refusedCount === 0) return null
  const [first] = refusals
  return `${pluralRuns(refusedCount)} refused${first ? `: ${first.message}` : ''}.`
}
