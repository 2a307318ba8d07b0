import { readFileSync } from 'node:fs'
import { buildSchema } from 'graphql'
import { expect, test } from 'vitest'
import { describeType, mistakesOf, suggestionsAt, wordBefore } from '../../web/src/lib/explorer/schema-help.ts'

const schema = buildSchema(readFileSync(new URL('../../api/schema.graphql', import.meta.url), 'utf8'))

/** Labels at the place that `|` marks. */
function at(marked: string): string[] {
  const cursor = marked.indexOf('|')
  return suggestionsAt(schema, marked.replace('|', ''), cursor).map(({ label }) => label)
}

test('what could stand at the cursor: the fields of the selection around it', () => {
  expect(at('{ flowRu| }')).toEqual(expect.arrayContaining(['flowRun', 'flowRuns']))
  expect(at('{ flowRuns(first: 5, filter: { name: { equals: "{" } }) { | } }')).toEqual([
    'edges',
    'nodes',
    'pageInfo',
    'totalCount',
    'totalCountIsExact',
  ])
  expect(at('query A($id: ID!) { flowRun(id: $id) { state { ty|')).toEqual(['type'])
  expect(at('mutation { cancelFlowRun(input: { id: "x" }) { ... on CancelFlowRunSuccess { flowRun { tag| } } } }')).toEqual(['tags'])
  expect(at('mutation { cancelFlowRun(input: { id: "x" }) { | } }')).toEqual(
    expect.arrayContaining(['... on CancelFlowRunSuccess', '... on NotFoundError']),
  )
  expect(at('subscription { | }')).toContain('flowRunChanged')
})

test('nothing is suggested where no field can stand, or nothing can be read', () => {
  for (const text of [
    '',
    '|',
    '{ flowRuns(fir|) { nodes { id } } }',
    '{ nonsense { | } }',
    '# { |',
    '{ viewer { actor } } }}} {|',
    '{ flowRuns(filter: { | }) }',
  ]) {
    expect(at(text.includes('|') ? text : `${text}|`), text).toEqual([])
  }
})

test('mistakes have their place; what is right has none', () => {
  expect(mistakesOf(schema, '{ viewer { actor } }')).toEqual([])
  expect(mistakesOf(schema, '  ')).toEqual([])
  expect(mistakesOf(schema, '{\n  viewer { actr }\n}')).toMatchObject([{ line: 2, column: 12, message: expect.stringContaining('actor') }])
  expect(mistakesOf(schema, '{ viewer { ')).toMatchObject([{ line: 1 }])
  expect(mistakesOf(schema, '{ flowRuns(first: "5") { totalCount } }')).toHaveLength(1)
})

test('a type says what it is made of', () => {
  expect(describeType(schema, 'FlowRun')?.parts.find(({ name }) => name === 'taskRuns')).toMatchObject({
    type: 'TaskRunConnection!',
    typeName: 'TaskRunConnection',
    args: expect.arrayContaining([expect.objectContaining({ name: 'first', type: 'Int' })]),
  })
  expect(describeType(schema, 'StateType')?.parts.map(({ name }) => name)).toContain('CRASHED')
  expect(describeType(schema, 'CancelFlowRunResult')?.parts.map(({ typeName }) => typeName)).toContain('CancelFlowRunSuccess')
  expect(describeType(schema, 'CreateFlowRunInput')?.parts.length).toBeGreaterThan(3)
  expect(describeType(schema, 'None')).toBeNull()
  expect(wordBefore('{ flowRu', 8)).toBe('flowRu')
})
