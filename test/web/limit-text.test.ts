import { expect, test } from 'vitest'
import { takenOf } from '../../web/src/lib/concurrency-limits/limit-text.ts'

test('what is taken is a whole number of slots, and none is 0', () => {
  expect([0, 1e-12, 0.2, 2, 2.0000000001].map((activeSlots) => takenOf({ activeSlots }).toLocaleString('en'))).toEqual(['0', '0', '1', '2', '2'])
})
