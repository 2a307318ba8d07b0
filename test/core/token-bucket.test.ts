import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fullBucket, takeToken } from '../../core/token-bucket.ts'

const limit = { capacity: 10, window: 1_000 }

test('so many at once, then one at a time as it fills', () => {
  let bucket = fullBucket(limit, 0)
  for (let n = 9; n >= 0; n--) {
    const taken = takeToken(limit, bucket, 0)
    expect(taken).toMatchObject({ isAllowed: true, remaining: n })
    bucket = taken.bucket
  }
  const refused = takeToken(limit, bucket, 0)
  expect(refused).toMatchObject({ isAllowed: false, remaining: 0, retryIn: 100, fullIn: 1_000 })
  expect(takeToken(limit, refused.bucket, 99).isAllowed).toBe(false)
  expect(takeToken(limit, refused.bucket, 100)).toMatchObject({ isAllowed: true, retryIn: 100 })
  expect(takeToken(limit, refused.bucket, 5_000)).toMatchObject({ isAllowed: true, remaining: 9, fullIn: 100 })
})

test('no window sees more than twice the capacity, whatever the clock does', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -500, max: 500 }), { maxLength: 200 }), (steps) => {
      let now = 10_000
      let bucket = fullBucket(limit, now)
      const allowed: number[] = []
      for (const step of steps) {
        now += step
        const taken = takeToken(limit, bucket, now)
        if (taken.isAllowed) allowed.push(Math.max(now, bucket.at))
        bucket = taken.bucket
        expect(bucket.tokens).toBeGreaterThanOrEqual(0)
        expect(bucket.tokens).toBeLessThan(limit.capacity)
      }
      for (const from of allowed) expect(allowed.filter((at) => at >= from && at < from + limit.window).length).toBeLessThanOrEqual(20)
    }),
  )
})
