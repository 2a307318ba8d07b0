/** The time that one attempt of a task may take. Only this limit is called `TimedOut`. */
import { formatDuration } from '../../core/duration.ts'
import { TimedOut } from '../errors.ts'
import type { FlowRunScope } from './flow-run-scope.ts'
import type { TaskRunRecord } from './task-run-record.ts'

/** Of one attempt; `end` when it is over. */
export interface AttemptLimit {
  /** Aborted when the time is over, and with the signal around it. */
  readonly signal: AbortSignal
  /** The attempt can be aborted by more than the flow. */
  readonly isOwn: boolean
  /** Whether it was this limit that aborted, or that whoever keeps it elsewhere says has passed. */
  hasPassed(reason: unknown): boolean
  end(): void
}

/** Without a limit: whatever is around it. */
const withoutLimit = (signal: AbortSignal): AttemptLimit => ({ signal, isOwn: false, hasPassed: () => false, end() {} })

/**
 * Begins now. `timeout` in milliseconds, null = none; `what` names the run in the error. Somebody `elsewhere` may end what computes too long itself (a
 * thread), and even keep the time (a pool).
 */
export function limitAttempt(
  timeout: number | null,
  what: string,
  around: AbortSignal,
  flowRun: FlowRunScope | null,
  record: TaskRunRecord,
  elsewhere: { keepsTime: boolean } | null,
): AttemptLimit {
  if (timeout === null) return withoutLimit(around)
  const own = new AbortController()
  const unwatch = elsewhere
    ? undefined
    : flowRun?.session.onLimit?.({
        what,
        length: timeout,
        retryAfter: flowRun.retryAfter,
        part: () => [...flowRun.subflows(), record.toFact()],
      })
  const pass = () => {
    unwatch?.()
    own.abort(new TimedOut(what, formatDuration(timeout)))
  }
  const timer = elsewhere?.keepsTime ? null : setTimeout(pass, timeout)
  return {
    signal: AbortSignal.any([own.signal, around]),
    isOwn: true,
    hasPassed: (reason) => (elsewhere?.keepsTime ? reason instanceof TimedOut : own.signal.aborted && reason === own.signal.reason),
    end() {
      if (timer) clearTimeout(timer)
      unwatch?.()
    },
  }
}
