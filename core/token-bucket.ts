/** A token bucket: so many at once, refilled evenly. Pure: whoever keeps it brings the clock. */
import type { Instant } from './instant.ts'

export interface TokenBucket {
  /** What was left at `at`; with a fraction. */
  tokens: number
  at: Instant
}

/** `capacity` at once; as much again every `window` milliseconds. */
export interface BucketLimit {
  capacity: number
  window: number
}

/** A bucket that nobody has taken from. */
export const fullBucket = ({ capacity }: BucketLimit, now: Instant): TokenBucket => ({ tokens: capacity, at: now })

export interface Taken {
  /** Whether there was one to take. */
  isAllowed: boolean
  bucket: TokenBucket
  /** Whole tokens left. */
  remaining: number
  /** Milliseconds until it is full. */
  fullIn: number
  /** Milliseconds until there is a token again; 0 when there is. */
  retryIn: number
}

/** Takes one token, if there is one. A clock that goes backwards refills nothing. */
export function takeToken(limit: BucketLimit, { tokens, at }: TokenBucket, now: Instant): Taken {
  const { capacity, window } = limit
  const rate = capacity / window
  const filled = Math.min(capacity, tokens + Math.max(0, now - at) * rate)
  const isAllowed = filled >= 1
  const left = isAllowed ? filled - 1 : filled
  return {
    isAllowed,
    bucket: { tokens: left, at: Math.max(now, at) },
    remaining: Math.floor(left),
    fullIn: (capacity - left) / rate,
    retryIn: left >= 1 ? 0 : (1 - left) / rate,
  }
}
