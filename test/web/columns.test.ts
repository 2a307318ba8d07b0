import { expect, test } from 'vitest'
import { type Columns, mergeColumns, NO_TASK_RUNS } from '../../web/src/lib/task-runs/columns.ts'

const answer = (ids: string[], more: Partial<Columns> = {}): Columns => ({
  ids,
  names: ids.map((id) => `${id}-0`),
  stateTypes: ids.map(() => 'RUNNING'),
  stateNames: ids.map(() => 'Running'),
  messages: ids.map(() => null),
  segments: ids.map(() => [1, 0, -1]),
  upstream: ids.map(() => []),
  ...more,
})

test('a task run that was known keeps its place, a new one comes last', () => {
  const positions = new Map<string, number>()
  const first = mergeColumns(NO_TASK_RUNS, positions, answer(['a', 'b']), 0)
  const next = mergeColumns(
    first,
    positions,
    answer(['c', 'a'], {
      stateTypes: ['RUNNING', 'COMPLETED'],
      segments: [
        [1, 5, -1],
        [1, 0, 4],
      ],
    }),
    0,
  )
  expect(next.ids).toEqual(['a', 'b', 'c'])
  expect(next.stateTypes).toEqual(['COMPLETED', 'RUNNING', 'RUNNING'])
  expect(next.segments).toEqual([
    [1, 0, 4],
    [1, 0, -1],
    [1, 5, -1],
  ])
  // What was drawn before is left as it was.
  expect(first.stateTypes).toEqual(['RUNNING', 'RUNNING'])
})

test('upstream positions of an answer become places in the columns, and earlier ones stay', () => {
  const positions = new Map<string, number>()
  const first = mergeColumns(NO_TASK_RUNS, positions, answer(['a', 'b', 'c'], { upstream: [[], [], [0, 1]] }), 0)
  const next = mergeColumns(first, positions, answer(['d', 'c'], { upstream: [[1], []] }), 0)
  expect(next.upstream).toEqual([[], [], [0, 1], [2]])
})

test('when the origin moves, known times move with it, and what still lasts goes on lasting', () => {
  const positions = new Map<string, number>()
  const first = mergeColumns(NO_TASK_RUNS, positions, answer(['a'], { segments: [[0, 100, 150, 1, 150, -1]] }), 0)
  expect(mergeColumns(first, positions, answer([]), -100).segments).toEqual([[0, 0, 50, 1, 50, -1]])
})
