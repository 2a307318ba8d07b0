/** What the engine throws into author's code. Each has a stable `code`; `instanceof` works within one copy of the package, `code` across copies. */
import { type Duration, formatDuration, toMilliseconds } from '../core/duration.ts'
import type { StateType } from '../core/states.ts'

/** Base of every error of this package. */
export class WeirError extends Error {
  /** What programs compare, stable over versions: `timed_out`. */
  readonly code: string
  /** What to do next, when there is something. */
  readonly hint: string | undefined

  constructor(code: string, message: string, options: ErrorOptions & { hint?: string } = {}) {
    super(message, options)
    this.code = code
    this.hint = options.hint
    this.name = new.target.name
  }
}

/** A task was not started, because something it waits for did not complete. The upstream's own error is the `cause`. */
export class UpstreamFailed extends WeirError {
  /** Name of the upstream task run. */
  readonly upstream: string

  constructor(taskRun: string, upstream: string, cause: unknown) {
    super('upstream_failed', `${taskRun} was not started: its upstream ${upstream} did not complete (${messageOf(cause)})`, {
      cause,
      hint: 'Wrap the argument in allowFailure(…) to get the error as the value instead.',
    })
    this.upstream = upstream
  }
}

/** One of our own limits ran out; a timeout error of the author's own code is an ordinary failure. */
export class TimedOut extends WeirError {
  constructor(what: string, limit: string) {
    super('timed_out', `${what} took longer than its limit of ${limit}`)
  }
}

/** The run was asked to stop. */
export class RunCancelled extends WeirError {
  constructor(message = 'the run was cancelled') {
    super('run_cancelled', message)
  }
}

/** The flow that this task belongs to has ended; nothing of it starts any more. */
export class FlowRunEnded extends WeirError {
  constructor(taskRun: string, flowRun: string) {
    super('flow_run_ended', `${taskRun} was not started: its flow run ${flowRun} has ended`, {
      hint: 'Await what the flow starts before it returns.',
    })
  }
}

/** One mismatch. `path` leads to it from the parameters' object, list positions as text; empty = the object itself. */
export interface ParameterIssue {
  /** List positions as text; empty = the object itself. */
  path: string[]
  /** What was expected, in a sentence. */
  message: string
}

/** Parameters that do not match the flow's schema; the flow has not started. */
export class ParametersInvalid extends WeirError {
  /** Every mismatch. The message tells the first twenty. */
  readonly issues: ParameterIssue[]

  constructor(flow: string, issues: ParameterIssue[]) {
    const lines = issues.slice(0, 20).map(({ path, message }) => `${path.length > 0 ? path.join('.') : '(all)'}: ${message}`)
    if (issues.length > 20) lines.push(`and ${issues.length - 20} more`)
    super('parameters_invalid', `parameters of flow "${flow}" do not match its schema: ${lines.join('; ')}`)
    this.issues = issues
  }
}

/** Parameters that no record could hold; the flow has not started. */
export class ParametersTooLarge extends WeirError {
  constructor(flow: string, problem: string) {
    super('parameters_too_large', `parameters of flow "${flow}" are too large to be recorded: ${problem}`, {
      hint: 'Store the data elsewhere and pass where it is.',
    })
  }
}

/** The control plane did not take what code asked of a deployment (an unknown work pool, parameters that do not fit); `code` is the API's. */
export class DeploymentRefused extends WeirError {}

/** The author returned a state that is no success, and the caller asked for the value. */
export class UnsuccessfulState extends WeirError {
  /** FAILED or CANCELLED. */
  readonly stateType: StateType

  constructor(what: string, type: StateType, name: string, message: string | null, cause?: unknown) {
    super('unsuccessful_state', `${what} ended ${name}${message ? `: ${message}` : ''}`, { cause })
    this.stateType = type
  }
}

const RETRY_AFTER = Symbol.for('weirflow.retry-after')

/**
 * Thrown by a flow or task that knows when another attempt is worth it: `throw new RetryAfter('30s')`. Its wait takes the place of the retry policy's delay,
 * without jitter, and its condition is not asked; how often is still the policy's `count`. Throws UsageError for a duration that is none.
 */
export class RetryAfter extends WeirError {
  /** Milliseconds. */
  readonly delay: number

  constructor(delay: Duration | Date, message?: string, options: ErrorOptions = {}) {
    const wait = waitOf(delay)
    super('retry_after', message ?? `asked to be tried again in ${formatDuration(wait)}`, options)
    this.delay = wait
    Object.defineProperty(this, RETRY_AFTER, { value: true })
  }
}

/** Milliseconds that a failure asks to be tried again in; null for one that asks nothing. Of whatever copy of this package. */
export const askedDelay = (error: unknown): number | null =>
  typeof error === 'object' && error !== null && RETRY_AFTER in error ? (error as object as RetryAfter).delay : null

function waitOf(delay: Duration | Date): number {
  if (delay instanceof Date) return Math.max(0, delay.getTime() - Date.now())
  try {
    return toMilliseconds(delay)
  } catch (error) {
    throw new UsageError(`RetryAfter: ${(error as Error).message}`)
  }
}

/** Something of this package was used in a way it cannot work; the message says what was expected. */
export class UsageError extends WeirError {
  constructor(message: string, hint?: string) {
    super('wrong_use', message, hint === undefined ? {} : { hint })
  }
}

/** The message of anything that can be thrown. Never throws itself. */
export function messageOf(thrown: unknown): string {
  try {
    if (thrown instanceof Error) return thrown.message === '' ? thrown.name : String(thrown.message)
    if (typeof thrown === 'object' && thrown !== null && 'message' in thrown && typeof thrown.message === 'string') return thrown.message
    return typeof thrown === 'string' ? thrown : String(thrown)
  } catch {
    return 'something that cannot be shown was thrown'
  }
}
