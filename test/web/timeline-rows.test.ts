import { expect, test } from 'vitest'
import type { Columns } from '../../web/src/lib/task-runs/columns.ts'
import { axisMarks, groupNameOf, lastEnd, runningTime, timelineRows, type TimelineRow } from '../../web/src/lib/task-runs/timeline-rows.ts'

type Task = [name: string, type: Columns['stateTypes'][number], segments: number[]]

const columnsOf = (tasks: Task[]): Columns => ({
  ids: tasks.map((_, index) => `id-${index}`),
  names: tasks.map(([name]) => name),
  stateTypes: tasks.map(([, type]) => type),
  stateNames: tasks.map(([, type]) => type),
  messages: tasks.map(() => null),
  segments: tasks.map(([, , segments]) => segments),
  upstream: tasks.map(() => []),
})
const options = { open: new Set<string>(), grouped: true, failedOnly: false, now: 100, formatDuration: (length: number) => `${length} ms` }
const told = (rows: TimelineRow[]) => rows.map((row) => (row.kind === 'more' ? `${row.count} more in ${row.name}` : `${row.kind} ${row.name}`))
const many = (count: number, failed: number[] = []): Task[] =>
  Array.from({ length: count }, (_, index) => [`fetch-${index}`, failed.includes(index) ? 'FAILED' : 'COMPLETED', [1, index * 10, index * 10 + 10]])

test('the only call of a task is shown without its number, several keep theirs', () => {
  const rows = timelineRows(
    columnsOf([
      ['read-0', 'COMPLETED', []],
      ['fetch-0', 'COMPLETED', []],
      ['fetch-1', 'COMPLETED', []],
    ]),
    options,
  )
  expect(told(rows)).toEqual(['task read', 'task fetch-0', 'task fetch-1'])
})

test('many calls of one task are one row that opens', () => {
  const columns = columnsOf(many(4))
  expect(told(timelineRows(columns, options))).toEqual(['group fetch'])
  expect(told(timelineRows(columns, { ...options, open: new Set(['fetch']) }))).toEqual([
    'group fetch',
    'task fetch-0',
    'task fetch-1',
    'task fetch-2',
    'task fetch-3',
  ])
  expect(timelineRows(columns, { ...options, grouped: false })).toHaveLength(4)
})

test('a closed group shows what failed in it, at most five, and how many more there are', () => {
  expect(told(timelineRows(columnsOf(many(10, [3])), options))).toEqual(['group fetch', 'task fetch-3', '9 more in fetch'])
  expect(told(timelineRows(columnsOf(many(10, [0, 1, 2, 3, 4, 5, 6])), options)).slice(-1)).toEqual(['5 more in fetch'])
})

test('with failed only, nothing else is shown', () => {
  expect(told(timelineRows(columnsOf(many(10, [3, 7])), { ...options, failedOnly: true }))).toEqual(['task fetch-3', 'task fetch-7'])
})

test('a group says the worst of its states, how many there are of each, and the median of its running times', () => {
  const [group] = timelineRows(columnsOf(many(5, [2])), options)
  expect(group).toMatchObject({ kind: 'group', worst: 'FAILED', summary: '4 completed, 1 failed · median 10 ms', from: 0, to: 50 })
})

test('the mass of a group is even where one call follows the other, and high where many run at once', () => {
  const [even] = timelineRows(columnsOf(many(7)), options)
  expect(even?.kind === 'group' && even.density.every((share) => Math.abs(share - 1) < 1e-9)).toBe(true)
  const burst = timelineRows(
    columnsOf([['a-0', 'COMPLETED', [1, 0, 60]], ...Array.from({ length: 4 }, (_, index): Task => [`a-${index + 1}`, 'COMPLETED', [1, 30, 60]])]),
    options,
  )[0]
  expect(burst?.kind === 'group' && [burst.density[0], burst.density.at(-1)]).toEqual([0.2, 1])
})

test('what nothing ran in has no mass', () => {
  const [group] = timelineRows(columnsOf(Array.from({ length: 5 }, (_, index): Task => [`a-${index}`, 'PENDING', [0, 0, -1]])), options)
  expect(group).toMatchObject({ from: null, to: null, density: [] })
})

test('running time leaves out waiting and retries, and counts on while it lasts', () => {
  const flat = [0, 0, 5, 1, 5, 15, 2, 15, 40, 1, 40, -1]
  expect(runningTime(flat, 100)).toBe(70)
  expect(lastEnd(flat, 100)).toBe(100)
  // A clock behind the record never makes a bar that ends before it begins.
  expect(lastEnd(flat, 10)).toBe(40)
})

test('only a number at the end tells calls of one task apart', () => {
  expect([groupNameOf('fetch-day-12'), groupNameOf('fetch-day'), groupNameOf('fetch-Oslo')]).toEqual(['fetch-day', 'fetch-day', 'fetch-Oslo'])
})

test('the axis has round marks inside of what is shown, never more than asked for', () => {
  expect(axisMarks(0, 1_000, 5)).toEqual([0, 200, 400, 600, 800, 1_000])
  expect(axisMarks(61_000, 200_000)).toEqual([90_000, 120_000, 150_000, 180_000])
  for (const to of [3, 90, 4_321, 65_000, 9_000_000, 900_000_000]) expect(axisMarks(0, to, 4).length).toBeLessThanOrEqual(5)
})
