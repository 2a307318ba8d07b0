import fc from 'fast-check'
import { expect, test } from 'vitest'
import { kindOf, readTags, readValue, shortValue, writtenValue } from '../../web/src/lib/variables/variable-text.ts'

test('what stands in the field is read as the value that it stands for, whatever that is', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(readValue(writtenValue(value))).toEqual(JSON.parse(JSON.stringify(value)))
    }),
  )
  for (const text of ['', 'null', '12', '"', '{', 'plain text', '01234', ' 7 ']) expect(readValue(writtenValue(text))).toBe(text)
})

test('text that is no JSON is text, and is shown without quotes', () => {
  expect(writtenValue('Hello there')).toBe('Hello there')
  expect(writtenValue('12')).toBe('"12"')
  expect([readValue('eu-west'), readValue('["eu-west"]'), readValue('0.75')]).toEqual(['eu-west', ['eu-west'], 0.75])
})

test('kinds, tags and long values are said shortly', () => {
  expect(['x', 1, true, null, [], {}].map(kindOf)).toEqual(['text', 'number', 'yes or no', 'null', 'list', 'object'])
  expect(readTags(' infra,weather  infra\nprod ')).toEqual(['infra', 'weather', 'prod'])
  expect(shortValue('x'.repeat(500))).toHaveLength(201)
})
