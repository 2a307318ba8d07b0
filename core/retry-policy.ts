/** One retry policy for flows and tasks, in the plain form that is stored and sent. The author's form (functions, durations) is resolved by the SDK. */
export interface RetryPolicy {
  /** How many times after the first attempt. */
  count: number
  /** Milliseconds before the n-th retry: one number for all, a list (its last element repeats), or growth. */
  delay: number | number[] | { initial: number; factor: number; max: number }
  /** 0 … 1: the delay is spread evenly over ± this share of itself. */
  jitter: number
}

export const NO_RETRIES: RetryPolicy = { count: 0, delay: 0, jitter: 0 }

/**
 * Milliseconds before retry number `retry` (1 = first). `random` is in [0, 1) and comes from the caller.
 * Growth is initial × factor^(retry − 1), capped at max before jitter, so a jittered wait may pass max by jitter × max.
 */
export function retryDelay(policy: RetryPolicy, retry: number, random: number): number {
  const base = baseDelay(policy.delay, retry)
  return Math.max(0, base * (1 + policy.jitter * (2 * random - 1)))
}

function baseDelay(delay: RetryPolicy['delay'], retry: number): number {
  if (typeof delay === 'number') return delay
  if (Array.isArray(delay)) return delay[Math.min(retry, delay.length) - 1] ?? 0
  return Math.min(delay.max, delay.initial * delay.factor ** (retry - 1))
}

/** Whether an attempt that failed is tried again. `runCount` counts attempts so far, the failed one included. */
export const mayRetry = (policy: RetryPolicy, runCount: number): boolean => runCount <= policy.count
