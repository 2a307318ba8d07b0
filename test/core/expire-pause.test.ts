import { expect, test } from 'vitest'
import { expirePause } from '../../core/expire-pause.ts'
import { NOW, newId, runOf, stateOf } from './facts.ts'

test('a pause that nobody ended in time fails the run, unless its process is there to say so', () => {
  const expired = stateOf('PAUSED', { details: { pauseUntil: NOW } })
  expect(expirePause(runOf(expired, { holder: null }), NOW, newId)).toMatchObject({
    guard: { stateId: expired.id },
    states: [{ type: 'FAILED', message: expect.stringContaining('in time') }],
    lease: 'end',
  })
  expect(expirePause(runOf(expired), NOW, newId)).toBeNull()
  expect(expirePause(runOf(expired, { holder: null }), NOW - 1, newId)).toBeNull()
  expect(expirePause(runOf(stateOf('PAUSED'), { holder: null }), NOW, newId)).toBeNull()
  expect(expirePause(runOf(stateOf('SCHEDULED')), NOW, newId)).toBeNull()
})
