import { expect, test } from 'vitest'
import { newestFirst } from '../../web/src/lib/flow-runs/newest-first.ts'
import { healthSentence, runHealth } from '../../web/src/lib/flow-runs/run-health.ts'

const run = (type: 'COMPLETED' | 'FAILED' | 'CANCELLED' | 'RUNNING', seconds = 1) => ({
  state: { type },
  startTime: '2026-11-21T12:00:00.000Z',
  endTime: new Date(Date.parse('2026-11-21T12:00:00.000Z') + seconds * 1000).toISOString(),
})

test('runs that go on or were cancelled say nothing about how the others went', () => {
  expect(runHealth([run('COMPLETED', 60), run('FAILED'), run('CANCELLED'), run('RUNNING')])).toEqual({
    ended: 2,
    completed: 1,
    median: 60_000,
    p95: 60_000,
  })
})

test('the sentence says how many completed and how long that takes', () => {
  const say = (...runs: Parameters<typeof runHealth>[0]) => healthSentence(runHealth(runs))
  expect(say()).toBe('')
  expect(say(run('COMPLETED', 60))).toBe('The last run completed, in 1 m 0 s.')
  expect(say(run('FAILED'), run('FAILED'))).toBe('0 of the last 2 completed.')
  expect(say(...Array.from({ length: 20 }, (_, n) => run('COMPLETED', 20 + n)))).toBe(
    'All of the last 20 completed, usually in 30 s, nearly always within 39 s.',
  )
})

test('runs are looked back on by when they began or are due; what is to come is left out', () => {
  const dated = (type: 'COMPLETED' | 'SCHEDULED', created: number, due: number | null, start: number | null) => {
    const at = (hour: number | null) => (hour === null ? null : new Date(Date.parse('2026-11-21T00:00:00.000Z') + hour * 3_600_000).toISOString())
    return {
      createdAt: at(created) as string,
      scheduledTime: at(due),
      startTime: at(start),
      state: { type, scheduledTime: type === 'SCHEDULED' ? at(due) : null },
    }
  }
  const ahead = dated('SCHEDULED', 4, 20, null)
  const late = dated('SCHEDULED', 1, 11, null)
  const manual = dated('COMPLETED', 9, 9, 9)
  const byCron = dated('COMPLETED', 2, 10, 10)
  const again = dated('SCHEDULED', 3, 21, 5)
  expect(newestFirst([ahead, manual, byCron, late, again], Date.parse('2026-11-21T12:00:00.000Z'))).toEqual([late, byCron, manual, again])
})
