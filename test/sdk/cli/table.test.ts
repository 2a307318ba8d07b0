import { afterEach, expect, test, vi } from 'vitest'
import { printTable, width } from '../../../sdk/cli/table.ts'

afterEach(() => vi.restoreAllMocks())

/** What the table writes to stdout. */
function shown(rows: { name: string; runs: number }[]): string[] {
  let text = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += String(chunk)
    return true
  })
  printTable(
    [
      { title: 'NAME', value: (row) => row.name },
      { title: 'RUNS', value: (row) => String(row.runs), right: true },
    ],
    rows,
  )
  return text.split('\n').slice(0, -1)
}

test('columns stand below their titles, numbers right, wide letters counted as two', () => {
  expect(
    shown([
      { name: 'etl', runs: 7 },
      { name: '天気', runs: 1_000 },
    ]),
  ).toEqual(['NAME  RUNS', 'etl      7', '天気  1000'])
})

test('control characters of somebody else never reach the terminal, and a row stays one line', () => {
  const lines = shown([{ name: 'a\u001b]0;owned\u0007b\nc\u009b31m', runs: 1 }])
  expect(lines).toHaveLength(2)
  expect(lines[1]).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/)
})

test('an empty table is its titles', () => {
  expect(shown([])).toEqual(['NAME  RUNS'])
})

test('width counts what is seen', () => {
  expect([width('abc'), width('天'), width('\u001b[31mred\u001b[0m'), width('e\u0301')]).toEqual([3, 2, 3, 1])
})
