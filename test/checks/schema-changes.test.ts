import { expect, test } from 'vitest'
import { refusedChanges, schemaTexts } from './schema-changes.ts'

const BEFORE = `
  type Query { run(id: ID!, full: Boolean): Run, old: Int @deprecated(reason: "2026-12-01: use run") }
  type Run { id: ID!, name: String!, state: State! }
  enum State { OPEN DONE }
  input Filter { name: String }
  union Result = Run`

const changed = (from: string | RegExp, to: string) => BEFORE.replace(from, to)

test('the present schema breaks nothing of the released one that is not agreed upon', () => {
  const { released, present } = schemaTexts()
  expect(refusedChanges(released, present)).toEqual([])
})

test('what is added breaks nothing', () => {
  expect(refusedChanges(BEFORE, changed('name: String!,', 'name: String!, tags: [String!]!,'))).toEqual([])
  expect(refusedChanges(BEFORE, changed('full: Boolean', 'full: Boolean, deep: Boolean'))).toEqual([])
  expect(refusedChanges(BEFORE, changed('input Filter { name: String }', 'input Filter { name: String, tag: String }'))).toEqual([])
  expect(refusedChanges(BEFORE, changed('id: ID!, full', 'id: ID, full'))).toEqual([])
  expect(refusedChanges(BEFORE, `${BEFORE} type More { a: Int }`)).toEqual([])
})

test('what is taken away, or asks for more, is refused, and named', () => {
  const breaking: [string | RegExp, string, RegExp][] = [
    ['name: String!, state', 'state', /Run\.name/],
    ['name: String!', 'name: String', /Run\.name/],
    ['name: String!', 'name: Int!', /Run\.name/],
    ['OPEN DONE', 'OPEN', /DONE/],
    ['full: Boolean', 'full: Boolean!', /full/],
    ['full: Boolean', 'full: Boolean, deep: Boolean!', /deep/],
    ['{ name: String }', '{ name: String, tag: String! }', /tag/],
    ['{ name: String }', '{ tag: String }', /name/],
    ['union Result = Run', 'type Other { a: Int } union Result = Other', /Run/],
    [/, old: Int.*?\) \}/, ' }', /Query\.old.*deprecated/],
    ['enum State { OPEN DONE }', 'scalar State', /State/],
  ]
  for (const [from, to, named] of breaking) {
    expect(refusedChanges(BEFORE, changed(from, to)).join('\n'), String(from)).toMatch(named)
  }
})

test('what was agreed upon may break; an agreement about nothing is refused', () => {
  const after = changed('OPEN DONE', 'OPEN')
  const [change] = refusedChanges(BEFORE, after) as [string]
  expect(refusedChanges(BEFORE, after, [{ change, because: 'nobody was ever done' }])).toEqual([])
  expect(refusedChanges(BEFORE, BEFORE, [{ change, because: 'nobody was ever done' }])).toEqual([`agreed upon, but not so: ${change}`])
})
