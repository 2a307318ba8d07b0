import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hashValue } from '../../../sdk/cache/hash-value.ts'
import { serializers } from '../../../sdk/index.ts'
import { toStoredContent } from '../../../sdk/results/serializers/serializer.ts'
import { toPieces } from '../../../sdk/results/serializers/to-pieces.ts'

const hash = (value: unknown) => hashValue(value, 'it')
const rich = fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true, maxDepth: 3 })

/** The same content in another order. */
function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffled)
  if (value instanceof Map) return new Map([...value].reverse().map(([key, element]) => [shuffled(key), shuffled(element)]))
  if (value instanceof Set) return new Set([...value].reverse().map(shuffled))
  const prototype = typeof value === 'object' && value !== null ? Object.getPrototypeOf(value) : undefined
  if (prototype !== null && prototype !== Object.prototype) return value
  const object = {}
  for (const [key, element] of Object.entries(value as object).reverse())
    Object.defineProperty(object, key, { value: shuffled(element), enumerable: true, configurable: true, writable: true })
  return object
}

test('the order of keys, entries and elements is no difference', () => {
  fc.assert(fc.property(rich, (value) => hash(shuffled(value)) === hash(value)))
})

test('a value that went through the store hashes as the one that was stored', async () => {
  await fc.assert(
    fc.asyncProperty(rich, async (value) => {
      const back = await serializers.json.deserialize(toStoredContent(toPieces(serializers.json.serialize(value))))
      return hash(back) === hash(value)
    }),
  )
})

test('different contents hash differently, whatever they look like', () => {
  const values = [
    null, undefined, true, false, 0, -0, 1, 1n, '1', Number.NaN, Number.POSITIVE_INFINITY, '', 'NaN', 'null', [], {}, [[]], [null], [undefined], [[], []], [[[]]],
    ['a', 'b'], ['ab'], ['a,b'], { a: 1 }, { a: '1' }, { a: undefined }, { b: 1 }, { a: { b: 1 } }, { a: 1, b: 1 }, [['a', 1]], new Map([['a', 1]]), new Set(['a', 1]),
    new Set([['a', 1]]), new Map(), new Set(), new Date(0), new Date(1), new Date(Number.NaN), '1970-01-01T00:00:00.000Z', new Uint8Array([1]), new Int8Array([1]),
    new Uint8Array([1, 0]), new Uint16Array([1]), Buffer.from([1]), new Uint8Array([1]).buffer, /a/, /a/g, '/a/', new URL('https://a.b'), 'https://a.b/',
    new Error('a'), new TypeError('a'), new Error('b'), '\ud800', '\ud801', 'é', 'e\u0301', new (class Point { toJSON() { return 1 } })(), new (class Other { toJSON() { return 1 } })(),
  ] // biome-ignore format: a list to look through
  expect(new Set(values.map(hash)).size).toBe(values.length)
})

test.each([
  ['it.rows[1].done', 'a function (done)', { rows: [0, { done() {} }] }],
  ['it', 'a symbol (Symbol(x))', Symbol('x')],
  ['it.entries()[0][1]', 'an instance of Promise', new Map([['a', Promise.resolve()]])],
  ['it["a b"]', 'an instance of AbortController', { 'a b': new AbortController() }],
  ['it', 'larger than the 64 MiB that are hashed', [new Uint8Array(40_000_000), new Uint8Array(40_000_000)]],
])('what has no content to compare is named: %s is %s', (path, what, value) => {
  expect(() => hashValue(value, 'it', 64 * 1_048_576)).toThrow(`no cache key can be made: ${path} is ${what}`)
})

test('a value that contains itself is refused, one that is there twice is not', () => {
  const loop: unknown[] = []
  loop.push(new Set([loop]))
  expect(() => hash(loop)).toThrow('is a part of itself')
  const part = { a: 1 }
  expect(hash([part, part])).toBe(hash([{ a: 1 }, { a: 1 }]))
})
