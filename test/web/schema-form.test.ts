import { expect, test } from 'vitest'
import {
  boundsOf,
  fieldOf,
  initialParameters,
  issuesAt,
  propertiesOf,
  type Schema,
  startOfItem,
  typeWords,
  valueAt,
  withValueAt,
} from '../../web/src/lib/deployments/schema-form.ts'

const control = (schema: Schema, root: Schema = {}, depth = 1) => fieldOf(schema, root, depth).control

test('each type has its control, and what has none is edited as JSON', () => {
  expect(control({ type: 'string' })).toBe('text')
  expect(control({ type: 'string', format: 'date' })).toBe('date')
  for (const type of ['string', ['string', 'number'], undefined] as const)
    expect(control({ ...(type === undefined ? {} : { type: type as string }), writeOnly: true })).toBe('secret')
  expect(control({ type: 'object', writeOnly: true })).toBe('json')
  expect(control({ type: 'string', format: 'date-time' })).toBe('date-time')
  expect(control({ type: 'integer' })).toBe('number')
  expect(control({ type: 'boolean' })).toBe('boolean')
  expect(control({ enum: ['a', 2] })).toBe('choice')
  expect(control({ const: 'a' })).toBe('choice')
  expect(control({ type: 'array', items: { type: 'string' } })).toBe('list')
  expect(control({ type: 'object', properties: { a: {} } })).toBe('object')
  for (const schema of [
    {},
    { type: 'object' },
    { type: 'array' },
    { type: ['string', 'number'] },
    { anyOf: [{ type: 'string' }, { type: 'number' }] },
  ]) {
    expect(control(schema)).toBe('json')
  }
})

test('a value that may be null keeps its control, however the schema says so', () => {
  for (const schema of [{ anyOf: [{ type: 'string' }, { type: 'null' }] }, { type: ['string', 'null'] }] as Schema[]) {
    expect(fieldOf(schema, {}, 1)).toMatchObject({ control: 'text', isNullable: true })
  }
  expect(fieldOf({ enum: ['a', null] }, {}, 1)).toMatchObject({ control: 'choice', isNullable: true, options: ['a'] })
  expect(fieldOf({ oneOf: [{ const: 'a' }, { const: 'b' }] }, {}, 1)).toMatchObject({ control: 'choice', options: ['a', 'b'] })
})

test('references and parts are put together; one that leads nowhere or round in a circle does no harm', () => {
  const root: Schema & { $defs: unknown } = {
    $defs: { 'a/b': { type: 'object', properties: { x: { type: 'string' } }, required: ['x'] }, round: { $ref: '#/$defs/round' } },
    properties: { tree: { type: 'object', properties: { child: { $ref: '#/properties/tree' } } } },
  }
  expect(control({ $ref: '#/$defs/a~1b' }, root)).toBe('object')
  expect(fieldOf({ allOf: [{ $ref: '#/$defs/a~1b' }, { properties: { y: { type: 'number' } } }] }, root, 1).schema).toMatchObject({
    properties: { x: { type: 'string' }, y: { type: 'number' } },
    required: ['x'],
  })
  expect(control({ $ref: '#/nowhere' }, root)).toBe('json')
  expect(control({ $ref: '#/$defs/round' }, root)).toBe('json')
  expect(control({ $ref: 'https://example.org/schema' }, root)).toBe('json')
  expect(initialParameters(root, {})).toEqual({})
  expect(typeWords({ type: 'array', items: { $ref: '#/properties/tree' } }, root)).toBe('list of object')
  expect(typeWords({ anyOf: [{ type: 'string' }, { type: 'integer' }, { type: 'null' }] }, {})).toBe('text or whole number or null')
  expect(typeWords({ type: ['string', 'number'] }, {})).toBe('text or number')
  expect(typeWords({ anyOf: [{ $ref: '#/anyOf/0' }, {}] }, {})).toBe('anything')
})

test('a form starts with the defaults, under what the deployment or an earlier run gave', () => {
  const schema: Schema = {
    required: ['day', 'options'],
    properties: {
      day: { type: 'string' },
      region: { enum: ['eu', 'us'], default: 'eu' },
      limit: { type: 'integer', default: 100 },
      options: { type: 'object', properties: { loud: { type: 'boolean', default: false }, to: { type: 'string' } } },
    },
  }
  expect(initialParameters(schema, { limit: 5, other: 1 })).toEqual({ region: 'eu', limit: 5, options: { loud: false }, other: 1 })
  expect(initialParameters(null, { a: 1 })).toEqual({ a: 1 })
  expect(startOfItem(schema.properties?.['options'], schema, 1)).toEqual({ loud: false })
  expect(startOfItem({ type: 'string' }, schema, 1)).toBe('')
})

test('what is required comes first, in the order in which the author required it', () => {
  expect(propertiesOf({ required: ['day', 'city', 'gone'], properties: { a: {}, city: {}, day: {} } }).map(([name]) => name)).toEqual([
    'day',
    'city',
    'a',
  ])
})

test('a value is changed at its place, and nothing else is', () => {
  const before = { lines: [{ sku: 'a' }, { sku: 'b' }], day: '2026-11-21' }
  expect(withValueAt(before, ['lines', 1, 'sku'], 'c')).toEqual({ lines: [{ sku: 'a' }, { sku: 'c' }], day: '2026-11-21' })
  expect(withValueAt(before, ['lines', 0], undefined)).toEqual({ lines: [{ sku: 'b' }], day: '2026-11-21' })
  expect(withValueAt(before, ['day'], undefined)).toEqual({ lines: before.lines })
  expect(withValueAt({}, ['options', 'to'], 'x')).toEqual({ options: { to: 'x' } })
  expect(before).toEqual({ lines: [{ sku: 'a' }, { sku: 'b' }], day: '2026-11-21' })
  expect(valueAt(before, ['lines', 1, 'sku'])).toBe('b')
  expect(valueAt(before, ['day', 'length'])).toBeUndefined()
})

test('what the API found wrong stands at the field whose value it is', () => {
  const issues = [{ place: ['lines', '0', 'sku'], message: 'missing' }]
  expect(issuesAt(issues, ['lines', 0, 'sku'])).toHaveLength(1)
  expect(issuesAt(issues, ['lines'])).toHaveLength(0)
  expect(issuesAt(issues, ['lines'], true)).toHaveLength(1)
})

test('types and bounds are said in words', () => {
  const words = (schema: Schema) => [typeWords(schema, {}, 1), boundsOf(schema)].filter(Boolean).join(', ')
  expect(words({ type: 'integer', minimum: 1, maximum: 500 })).toBe('whole number, 1 to 500')
  expect(words({ type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER })).toBe('whole number')
  expect(words({ type: 'number', exclusiveMinimum: 0 })).toBe('number, more than 0')
  expect(words({ type: 'string', minLength: 1 })).toBe('text, at least 1 character')
  expect(words({ type: 'array', items: { enum: ['a', 'b'] }, maxItems: 3 })).toBe('list of "a" | "b", at most 3 elements')
  expect(words({ type: ['string', 'null'], format: 'date' })).toBe('date or null')
})
