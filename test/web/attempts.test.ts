import { expect, test } from 'vitest'
import { attemptsOf, outcomeOf } from '../../web/src/lib/task-runs/attempts.ts'

const at = (second: number) => new Date(Date.parse('2026-11-21T12:00:00.000Z') + second * 1000).toISOString()
const state = (type: 'PENDING' | 'RUNNING' | 'SCHEDULED' | 'COMPLETED', second: number) => ({
  id: `${second}`,
  type,
  name: type,
  message: null,
  timestamp: at(second),
})
const line = (second: number) => ({ time: at(second), message: `${second}` })

test('each attempt has what was logged until the next one began, what was said between the two included', () => {
  const states = [state('PENDING', 0), state('RUNNING', 1), state('SCHEDULED', 3), state('RUNNING', 10), state('COMPLETED', 12)]
  const attempts = attemptsOf(states, [line(0.5), line(2), line(3.1), line(10), line(12.5)])
  expect(attempts.map(({ number, lines }) => [number, lines.map(({ message }) => message)])).toEqual([
    [1, ['0.5', '2', '3.1']],
    [2, ['10', '12.5']],
  ])
  expect(attempts.map(outcomeOf)).toEqual(['FAILED', 'COMPLETED'])
})

test('an attempt that runs has no end; a task run that never ran has none', () => {
  expect(attemptsOf([state('RUNNING', 1)], []).map(outcomeOf)).toEqual(['RUNNING'])
  expect(attemptsOf([state('PENDING', 0)], [line(1)])).toEqual([])
})
