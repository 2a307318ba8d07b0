import fc from 'fast-check'
import { expect, test } from 'vitest'
import { instantOfId, isUuid, newId, newIdAt } from '../../core/ids.ts'

test('ids of one process rise, also inside one millisecond', () => {
  const ids = Array.from({ length: 2_000 }, () => newId())
  expect(ids.toSorted()).toEqual(ids)
  expect(new Set(ids).size).toBe(ids.length)
})

test('an id carries its instant, and sorts by it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 47 }), fc.integer({ min: 1, max: 2 ** 40 }), (instant, later) => {
      const id = newIdAt(instant)
      expect(isUuid(id)).toBe(true)
      expect(instantOfId(id)).toBe(instant)
      expect(id < newIdAt(instant + later)).toBe(true)
    }),
  )
})

test.each(['', 'id', newId().toUpperCase(), newId().replaceAll('-', ''), `${newId()} `, '00000000-0000-0000-0000-00000000000g'])(
  '%j is no id',
  (text) => expect(isUuid(text)).toBe(false),
)

test('only a version 7 id tells a time', () => {
  expect(instantOfId('f47ac10b-58cc-4372-a567-0e02b2c3d479')).toBeNull()
  expect(instantOfId('nonsense')).toBeNull()
})
