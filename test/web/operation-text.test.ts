import { expect, test } from 'vitest'
import { sayDoing, sayDone, sayRefused } from '../../web/src/lib/operations/operation-text.ts'

const operation = {
  id: 'x',
  kind: 'CANCEL_FLOW_RUNS',
  state: 'COMPLETED',
  isStopping: false,
  createdBy: 'user "Ada"',
  totalCount: 1_312,
  processedCount: 1_312,
  changedCount: 1_310,
  refusedCount: 0,
  refusals: [],
} as const

test('an operation says what it does, and what came of it', () => {
  expect(sayDoing(operation)).toBe('Cancelling 1,312 runs')
  expect(sayDone({ ...operation, refusals: [] })).toBe('1,310 runs asked to stop.')
  expect(sayDone({ ...operation, refusals: [], kind: 'RETRY_FLOW_RUNS', changedCount: 1 })).toBe('1 run set to run again.')
})

test('one that was stopped says what was left alone; refusals say why the first of them was', () => {
  expect(sayDone({ ...operation, refusals: [], state: 'STOPPED', processedCount: 400, changedCount: 399 })).toBe(
    'Stopped: 399 runs asked to stop. 912 were left alone.',
  )
  expect(sayRefused({ ...operation, refusals: [] })).toBeNull()
  expect(sayRefused({ ...operation, refusedCount: 2, refusals: [{ flowRunId: 'a', message: 'the run is going on' }] })).toBe(
    '2 runs refused: the run is going on.',
  )
})
