import { expect, test } from 'vitest'
import { filterLogs, joinLogs, type LogLine, logText } from '../../web/src/lib/logs/log-view.ts'

const line = (level: LogLine['level'], message: string, taskRunId: string | null = null): LogLine => ({
  cursor: `${level} ${message}`,
  time: '2026-11-21T06:00:04.118000Z',
  level,
  message,
  taskRunId,
  source: null,
})
const lines = [line('DEBUG', 'opening'), line('INFO', 'GET /daily', 't1'), line('WARN', 'slow answer', 't2'), line('ERROR', 'Gave up', 't1')]
const shown = (filter: Partial<Parameters<typeof filterLogs>[1]>) =>
  filterLogs(lines, { level: 'DEBUG', taskRunId: null, text: '', ...filter }).map(({ message }) => message)

test('a level shows itself and what is worse', () => {
  expect(shown({ level: 'INFO' })).toEqual(['GET /daily', 'slow answer', 'Gave up'])
  expect(shown({ level: 'ERROR' })).toEqual(['Gave up'])
})

test('task run, level and text must all hold; the text in any case', () => {
  expect(shown({ taskRunId: 't1' })).toEqual(['GET /daily', 'Gave up'])
  expect(shown({ text: 'gave' })).toEqual(['Gave up'])
  expect(shown({ taskRunId: 't2', text: 'gave' })).toEqual([])
})

test('a filter that shows everything copies nothing', () => {
  expect(filterLogs(lines, { level: 'DEBUG', taskRunId: null, text: '' })).toBe(lines)
})

test('copied lines say when, how bad and which task run', () => {
  expect(logText(lines.slice(0, 2), (id) => `name of ${id}`)).toBe(
    '2026-11-21T06:00:04.118000Z DEBUG opening\n2026-11-21T06:00:04.118000Z INFO  name of t1 GET /daily',
  )
})

test('lines stand in order of their time however they arrived; those of one time stay in the order of their arrival', () => {
  const at = (seconds: number, message: string): LogLine => ({ ...line('INFO', message), time: `2026-11-21T06:00:0${seconds}.000000Z` })
  const read = [[at(1, 'a'), at(4, 'd')], [], [at(4, 'e'), at(2, 'b'), at(4, 'f')], [at(5, 'g'), at(3, 'c')]]
  const joined = read.reduce(joinLogs, [])
  expect(joined.map(({ message }) => message).join('')).toBe('abcdefg')
  expect(read[2]?.map(({ message }) => message)).toEqual(['e', 'b', 'f'])
})
