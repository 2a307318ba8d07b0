import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mayRetry, NO_RETRIES, retryDelay } from '../../core/retry-policy.ts'

test('one delay holds for every retry', () => {
  const policy = { count: 3, delay: 500, jitter: 0 }
  expect([1, 2, 3].map((retry) => retryDelay(policy, retry, 0.9))).toEqual([500, 500, 500])
})

test('the last delay of a list repeats, and an empty list waits for nothing', () => {
  expect([1, 2, 3, 4].map((retry) => retryDelay({ count: 4, delay: [10, 20], jitter: 0 }, retry, 0))).toEqual([10, 20, 20, 20])
  expect(retryDelay({ count: 1, delay: [], jitter: 0 }, 1, 0)).toBe(0)
})

test('growth doubles up to its maximum', () => {
  const policy = { count: 9, delay: { initial: 100, factor: 2, max: 350 }, jitter: 0 }
  expect([1, 2, 3, 9].map((retry) => retryDelay(policy, retry, 0))).toEqual([100, 200, 350, 350])
})

test('jitter spreads a delay evenly around itself, and never below nothing', () => {
  const policy = { count: 1, delay: 1_000, jitter: 0.25 }
  expect([0, 0.5, 1].map((random) => retryDelay(policy, 1, random))).toEqual([750, 1_000, 1_250])
  fc.assert(
    fc.property(
      fc.nat(100_000),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (delay, jitter, random) => {
        const spread = retryDelay({ count: 1, delay, jitter }, 1, random)
        expect(spread).toBeGreaterThanOrEqual(0)
        expect(Math.abs(spread - delay)).toBeLessThanOrEqual(delay * jitter + 1e-6)
      },
    ),
  )
})

test('an attempt is repeated as often as the policy says after the first', () => {
  expect(mayRetry(NO_RETRIES, 1)).toBe(false)
  const policy = { count: 2, delay: 0, jitter: 0 }
  expect([1, 2, 3].map((runCount) => mayRetry(policy, runCount))).toEqual([true, true, false])
})
