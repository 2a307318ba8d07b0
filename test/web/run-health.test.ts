import { expect, test } from 'vitest'
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
