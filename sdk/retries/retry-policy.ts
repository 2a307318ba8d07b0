/** The author's form of a retry policy, and how it becomes the plain one that core decides with. */
import type { Duration } from '../../core/duration.ts'
import { mayRetry, NO_RETRIES, type RetryPolicy } from '../../core/retry-policy.ts'
import { checkDuration, checkKeys } from '../check-options.ts'
import { askedDelay, messageOf, UsageError } from '../errors.ts'

/** What a retry condition and a delay function may look at. */
export interface RetryContext {
  /** Attempts so far, the failed one included: 1 after the first. */
  attempt: number
  /** What the attempt threw. */
  error: unknown
}

/** A number is the count alone: tried again at once. */
export type Retries = number | RetryOptions

/** The long form of `retries`; a number alone is the count, without delays. */
export interface RetryOptions {
  /** How many times after the first attempt. */
  count: number
  /** Before each retry: one for all, a list (its last one repeats), growth (by `factor` 2, up to `max` 1h), or a function. Default: none. */
  delay?: Duration | Duration[] | { initial: Duration; factor?: number; max?: Duration } | ((context: RetryContext) => Duration)
  /** 0 … 1: spreads each delay evenly over ± this share of it. */
  jitter?: number
  /** Whether this failure is worth another attempt. A condition that throws means no. */
  when?: (error: unknown, context: RetryContext) => boolean | Promise<boolean>
}

/** A policy ready to be asked. */
export interface ResolvedRetries {
  /** What is stored and sent. A delay function has no plain form: it is asked each time, and stored as 0. */
  policy: RetryPolicy
  delayAt: ((context: RetryContext) => number) | undefined
  when: RetryOptions['when']
}

const WITHOUT_RETRIES: ResolvedRetries = { policy: NO_RETRIES, delayAt: undefined, when: undefined }

/** Checks the author's form; `owner` (`task "load"`) is named in errors. */
export function resolveRetries(retries: Retries | undefined, owner: string): ResolvedRetries {
  if (retries === undefined || retries === 0) return WITHOUT_RETRIES
  if (typeof retries !== 'number' && (typeof retries !== 'object' || retries === null))
    throw new UsageError(`retries of ${owner} must be a number or { count, delay, jitter, when }, and are ${typeof retries}`)
  const options: RetryOptions = typeof retries === 'number' ? { count: retries } : retries
  checkKeys(options, ['count', 'delay', 'jitter', 'when'], `retries of ${owner}`)
  if (!Number.isInteger(options.count) || options.count < 0) {
    throw new UsageError(`retries of ${owner}: count must be a whole number, 0 or more, and is ${String(options.count)}`)
  }
  const jitter = options.jitter ?? 0
  if (!(jitter >= 0 && jitter <= 1)) throw new UsageError(`retries of ${owner}: jitter must be between 0 and 1, and is ${String(jitter)}`)
  const { delay, when } = options
  if (typeof delay === 'function') {
    return { policy: { count: options.count, delay: 0, jitter }, delayAt: (context) => checkDuration(delay(context), `retries of ${owner}`), when }
  }
  return { policy: { count: options.count, delay: plainDelay(delay, owner), jitter }, delayAt: undefined, when }
}

/**
 * The policy for the decision about this attempt: a delay function has been asked, if there is another attempt to wait for; `RetryAfter` goes before. One
 * that fails ends the tries, and `warn` is told: the failure that was to be retried is what people have to see.
 */
export function policyFor({ policy, delayAt }: ResolvedRetries, context: RetryContext, warn: (problem: string) => void): RetryPolicy {
  const asked = policyAsked(policy, context.error)
  if (asked !== policy || !delayAt || !mayRetry(policy, context.attempt)) return asked
  try {
    return { ...policy, delay: delayAt(context) }
  } catch (error) {
    warn(`its delay function failed (${messageOf(error)}), which counts as "not again"`)
    return { ...policy, count: 0 }
  }
}

/** The same policy with the wait that the error asks for, if it is a `RetryAfter`. */
export function policyAsked(policy: RetryPolicy, error: unknown): RetryPolicy {
  const delay = askedDelay(error)
  return delay === null ? policy : { ...policy, delay, jitter: 0 }
}

function plainDelay(delay: Exclude<RetryOptions['delay'], (context: RetryContext) => Duration>, owner: string): RetryPolicy['delay'] {
  const duration = (value: Duration) => checkDuration(value, `retries of ${owner}`)
  if (delay === undefined) return 0
  if (Array.isArray(delay)) return delay.map(duration)
  if (typeof delay !== 'object') return duration(delay)
  checkKeys(delay, ['initial', 'factor', 'max'], `retries.delay of ${owner}`)
  const { initial, factor = 2, max = '1h' } = delay
  if (!(factor >= 1)) throw new UsageError(`retries of ${owner}: factor must be 1 or more, and is ${String(factor)}`)
  return { initial: duration(initial), factor, max: duration(max) }
}
