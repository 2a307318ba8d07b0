import fc from 'fast-check'
import { expect, test } from 'vitest'
import { serializers } from '../../../sdk/index.ts'
import { ResultNotStorable } from '../../../sdk/results/errors.ts'
import { findSerializer } from '../../../sdk/results/serializers/index.ts'
import { type Serializer, toStoredContent } from '../../../sdk/results/serializers/serializer.ts'
import { toPieces } from '../../../sdk/results/serializers/to-pieces.ts'

const back = async (serializer: Serializer, value: unknown): Promise<unknown> =>
  serializer.deserialize(toStoredContent(toPieces(serializer.serialize(value))))

const rich = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withTypedArray: true,
  withSparseArray: false,
  maxDepth: 3,
})

test('JSON gives back every value it takes, keys that look like its own marks included', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(rich, fc.dictionary(fc.constantFrom('$weir', 'of', '__proto__', 'a'), rich)), async (value) => {
      expect(await back(serializers.json, value)).toStrictEqual(withPlainObjects(value))
    }),
    { numRuns: 300 },
  )
})

/** Objects without a prototype come back as ordinary ones. */
function withPlainObjects(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(withPlainObjects)
  if (value instanceof Map) return new Map([...value].map(([key, element]) => [withPlainObjects(key), withPlainObjects(element)]))
  if (value instanceof Set) return new Set([...value].map(withPlainObjects))
  if (Object.getPrototypeOf(value) !== null && Object.getPrototypeOf(value) !== Object.prototype) return value
  const object = {}
  for (const [key, element] of Object.entries(value))
    Object.defineProperty(object, key, { value: withPlainObjects(element), enumerable: true, writable: true, configurable: true })
  return object
}

test('JSON keeps buffers, views, errors with their cause, expressions, addresses and invalid dates', async () => {
  const value = {
    buffer: Buffer.from('bytes'),
    raw: new Uint8Array([1, 2, 3]).buffer,
    view: new DataView(new Uint8Array([1, 2, 3, 4]).buffer, 1, 2),
    floats: new Float64Array([1.5, Number.NaN]),
    error: new RangeError('too far', { cause: new Error('why') }),
    expression: /a+b/gi,
    address: new URL('https://example.com/?a=1'),
    never: new Date(Number.NaN),
    zero: -0,
  }
  const copy = (await back(serializers.json, value)) as typeof value
  expect(copy).toStrictEqual({ ...value, view: expect.any(DataView) })
  expect([copy.view.byteLength, copy.view.getUint8(0)]).toEqual([2, 2])
  expect(Buffer.isBuffer(copy.buffer)).toBe(true)
  expect(copy.error).toBeInstanceOf(RangeError)
})

test('JSON is ordinary JSON for plain data', () => {
  expect(serializers.json.serialize({ city: 'Oslo', days: [1, null, true] })).toBe('{"city":"Oslo","days":[1,null,true]}')
})

class Connection {}
const loop: { self?: unknown } = {}
loop.self = loop

test.each([
  ['result.rows[1].open', 'a function (open)', { rows: [1, { open: function open() {} }] }],
  ['result["a b"]', 'a symbol (Symbol(x))', { 'a b': Symbol('x') }],
  ['result.get("db")', 'an instance of Connection', new Map([['db', new Connection()]])],
  ['result.self', 'a part of itself', loop],
])('JSON names the part that it cannot write: %s is %s', (path, what, value) => {
  expect(() => serializers.json.serialize(value)).toThrow(
    expect.objectContaining({ code: 'result_not_storable', message: `the result cannot be stored: ${path} is ${what}` }),
  )
})

test('structured clone keeps cycles', async () => {
  const copy = (await back(serializers.structuredClone, loop)) as typeof loop
  expect(copy.self).toBe(copy)
  expect(() => serializers.structuredClone.serialize(() => 1)).toThrow(ResultNotStorable)
})

test.each(['zstd', 'gzip'] as const)('%s makes another one smaller, and is found again by its name', async (method) => {
  const serializer = serializers.compressed(serializers.structuredClone, { method })
  const value = { text: 'again and '.repeat(10_000) }
  const pieces: Uint8Array[] = []
  for await (const piece of toPieces(serializer.serialize(value))) pieces.push(piece)
  expect(Buffer.concat(pieces).length).toBeLessThan(2_000)
  expect(await back(findSerializer(serializer.name, serializers.json) as Serializer, value)).toEqual(value)
})
