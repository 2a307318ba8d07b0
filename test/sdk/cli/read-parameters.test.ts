import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readParameters } from '../../../sdk/cli/read-parameters.ts'
import { temporaryFolder } from '../../support/folder.ts'

const schema = { properties: { zip: { type: 'string' }, day: { type: ['string'] }, count: { type: 'integer' }, kind: { enum: ['1', '2'] } } }

test('a value is JSON where it reads as JSON, and text otherwise', () => {
  expect(readParameters(['n=1', 'list=["a", 2]', 'yes=true', 'none=null', 'word=Oslo', 'empty=', 'sum=1+1=2'])).toEqual({
    n: 1,
    list: ['a', 2],
    yes: true,
    none: null,
    word: 'Oslo',
    empty: '',
    sum: '1+1=2',
  })
})

test('where the flow wants text it stays text', () => {
  expect(readParameters(['zip=01234', 'day=2026', 'kind=1', 'count=3', 'other=3'], undefined, schema)).toEqual({
    zip: '01234',
    day: '2026',
    kind: '1',
    count: 3,
    other: 3,
  })
})

test('a reference is one where the schema wants a text, too; an object with more in it is no reference', () => {
  const schema = { properties: { password: { type: 'string' }, text: { type: 'string' }, day: { type: 'string' } } }
  expect(
    readParameters(
      ['password={"$block": "warehouse/main.password"}', 'day={"$variable": "Bad Name"}', 'text={"$block": "a/b", "x": 1}'],
      undefined,
      schema,
    ),
  ).toEqual({ password: { $block: 'warehouse/main.password' }, day: { $variable: 'Bad Name' }, text: '{"$block": "a/b", "x": 1}' })
})

test('single parameters win over the whole', () => {
  expect(readParameters(['b=3'], '{"a": 1, "b": 2}')).toEqual({ a: 1, b: 3 })
})

test('the whole may be in a file', () => {
  const file = join(temporaryFolder(), 'parameters.json')
  writeFileSync(file, '{"a": [1]}')
  expect(readParameters([], `@${file}`)).toEqual({ a: [1] })
})

test('names of object members are names like others', () => {
  const read = readParameters(['__proto__=1', 'constructor=2'], '{"toString": 3}', schema)
  expect(Object.entries(read)).toEqual([
    ['toString', 3],
    ['__proto__', 1],
    ['constructor', 2],
  ])
  expect(Object.getPrototypeOf(read)).toBe(Object.prototype)
})

test('whatever is typed becomes parameters or a failure with a hint', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), fc.option(fc.string(), { nil: undefined }), (pairs, whole) => {
      if (whole !== undefined && (whole.startsWith('@') || whole === '-')) return
      try {
        expect(readParameters(pairs, whole, schema)).toBeTypeOf('object')
      } catch (error) {
        expect(error).toMatchObject({ name: 'Failure', exitCode: 2, code: expect.stringMatching(/^BAD_/) })
      }
    }),
  )
})

test('a number that would become another one is refused, not changed; where a text is wanted it stays one', () => {
  for (const given of ['12345678901234567890', '-9007199254740993', '1e999', '{"id": [1, 12345678901234567890]}'])
    expect(() => readParameters([`n=${given}`]), given).toThrow(/is a number that would become/)
  expect(() => readParameters([], '{"n": 1e999}')).toThrow('1e999 is a number that would become Infinity')
  expect(readParameters(['zip=12345678901234567890'], undefined, schema)).toEqual({ zip: '12345678901234567890' })
  expect(readParameters(['a=9007199254740991', 'b=9007199254740992', 'c=0.1', 'd=1e21', 'e="12345678901234567890"'])).toEqual({
    a: Number.MAX_SAFE_INTEGER,
    b: Number.MAX_SAFE_INTEGER + 1,
    c: 0.1,
    d: 1e21,
    e: '12345678901234567890',
  })
})
