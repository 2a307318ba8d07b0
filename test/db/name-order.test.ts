import { expect, test } from 'vitest'
import type { JsonObject, JsonValue } from '../../core/json-value.ts'
import { lineForRecord, lineOfRecord, schemaForRecord, schemaOfRecord, tableForRecord, tableOfRecord } from '../../db/name-order.ts'

/** As `jsonb` gives it back: the short names first. */
const kept = (value: JsonValue): JsonValue => {
  if (Array.isArray(value)) return value.map(kept)
  if (typeof value !== 'object' || value === null) return value
  const names = Object.keys(value).sort((a, b) => a.length - b.length || (a < b ? -1 : 1))
  return Object.fromEntries(names.map((name) => [name, kept(value[name] as JsonValue)]))
}

test('the properties of a schema keep the order of their author, at every depth', () => {
  const schema: JsonObject = {
    properties: {
      recipient: { properties: { surname: { type: 'string' }, name: {}, properties: { description: 'a name like any other' } } },
      day: { anyOf: [{ properties: { month: true, at: false } }, { type: 'null' }] },
    },
    required: ['recipient'],
  }
  const names = (properties: unknown) => Object.keys((properties as { properties: object }).properties)
  const read = schemaOfRecord(kept(schemaForRecord(schema)) as JsonObject)
  expect(read).toEqual(schema)
  const { recipient, day } = read['properties'] as { recipient: object; day: { anyOf: object[] } }
  expect([names(read), names(recipient), names(day.anyOf[0])]).toEqual([
    ['recipient', 'day'],
    ['surname', 'name', 'properties'],
    ['month', 'at'],
  ])
})

test('the columns of a table stand as in its rows', () => {
  const rows: JsonValue = [{ region: 'eu', rows: 3 }, { region: 'us', at: 'noon', rows: 4 }, { rows: 5 }]
  const read = tableOfRecord(kept(tableForRecord(rows))) as JsonObject[]
  expect(read).toEqual(rows)
  expect(read.map((row) => Object.keys(row))).toEqual([['region', 'rows'], ['region', 'rows', 'at'], ['rows']])
})

test('the fields of a log line stand as they were logged, at every depth', () => {
  const line = {
    time: 0,
    level: 'info',
    message: 'loaded',
    fields: { region: 'eu', rows: 3, error: { name: 'RangeError', at: { minute: 1, day: 2 } } },
  } as const
  const read = lineOfRecord(kept(lineForRecord(line) as never) as never)
  expect(read).toEqual(line)
  expect(JSON.stringify(read.fields)).toBe(JSON.stringify(line.fields))
  const bare = { time: 0, level: 'info', message: 'no fields' } as const
  expect(lineOfRecord(lineForRecord(bare))).toEqual(bare)
})

test('what was kept before there was an order, or is no table, comes as it is', () => {
  const schema = { properties: { a: {}, b: {} } }
  expect(schemaOfRecord(schema)).toEqual(schema)
  for (const data of [[{ a: 1 }], 'no rows', null, { rows: [1] }]) expect(tableOfRecord(data)).toEqual(data)
  expect(tableForRecord('no rows')).toBe('no rows')
  const line = { time: 0, level: 'info', message: 'old', fields: { a: 1 } } as const
  expect(lineOfRecord(line)).toEqual(line)
})
