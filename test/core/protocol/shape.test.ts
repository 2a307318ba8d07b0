import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cutText, integer, json, list, Malformed, map, object, text, variant } from '../../../core/protocol/shape.ts'

test('what is wrong is named with its place, and never with its value', () => {
  const read = object<{ list: { n: number }[] }>({ list: list(object<{ n: number }>({ n: integer(0, 9) }), 3) })
  expect(() => read({ list: [{ n: 1 }, { n: 'secret' }] })).toThrow(new Malformed('a whole number from 0 to 9', ['list', 1, 'n']))
  expect(() => read({ list: [{ n: 1 }, { n: 'secret' }] })).toThrow('list.1.n: expected a whole number from 0 to 9')
})

test('fields that a shape does not name are left out', () => {
  expect(object<{ a: string }>({ a: text(9) })({ a: 'x', b: 1 })).toEqual({ a: 'x' })
})

test('text that PostgreSQL cannot keep is mended', () => {
  expect(text(9)('a\u0000b')).toBe('a\uFFFDb')
  expect(text(9)('a\ud800b')).toBe('a\uFFFDb')
  expect(cutText(10)('0123456789x')).toBe('012… (cut)')
})

test('a variant is told apart by its word', () => {
  const read = variant<{ kind: string }>('kind', { a: object<{ kind: string }>({ kind: text(1) }) })
  expect(read({ kind: 'a' })).toEqual({ kind: 'a' })
  expect(() => read({ kind: 'toString' })).toThrow('kind: expected one of a')
})

test('JSON is bounded in bytes and depth', () => {
  expect(() => json(10)('0123456789')).toThrow('at most 10 bytes')
  expect(() => json(10)('äöüß€')).toThrow('at most 10 bytes')
  expect(json(12)('äöüß')).toBe('äöüß')
  let deep: unknown = 1
  for (let level = 0; level < 70; level++) deep = [deep]
  expect(() => json(10_000)(deep)).toThrow('at most 64 levels')
})

test('keys that would change an object are only keys', () => {
  const read = map(integer(0, 9), 5)(JSON.parse('{"__proto__": 1, "constructor": 2}'))
  expect(Object.keys(read)).toEqual(['__proto__', 'constructor'])
  const kept = json(1_000)(JSON.parse('{"__proto__": {"admin": true}}')) as { admin?: boolean }
  expect(kept.admin).toBeUndefined()
})

test('any JSON value comes through as it is', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const plain: unknown = JSON.parse(JSON.stringify(value))
      expect(JSON.parse(JSON.stringify(json(1_000_000)(plain)).replaceAll('\uFFFD', ''))).toEqual(
        JSON.parse(
          JSON.stringify(plain)
            .replaceAll('\\u0000', '')
            .replaceAll(/\\ud[89a-f][0-9a-f]{2}/g, '')
            .replaceAll('\uFFFD', ''),
        ),
      )
    }),
  )
})
