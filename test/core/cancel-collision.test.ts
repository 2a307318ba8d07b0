import { expect, test } from 'vitest'
import { cancelCollision } from '../../core/cancel-collision.ts'
import { NOW, newId, runOf, stateOf, WORKER } from './facts.ts'

test('a run that is not to wait for a place is cancelled, unless somebody has taken it', () => {
  const waiting = runOf(stateOf('SCHEDULED', { details: { scheduledTime: NOW } }))
  expect(cancelCollision(waiting, NOW, newId)).toMatchObject({
    guard: { stateId: waiting.state.id, epoch: 1 },
    states: [{ type: 'CANCELLED', message: expect.stringContaining('limit of its deployment') }],
    lease: 'end',
  })
  expect(cancelCollision(runOf(stateOf('PENDING')), NOW, newId)).toBeNull()
  expect(cancelCollision(runOf(stateOf('SCHEDULED', { name: 'AwaitingRetry' }), { holder: WORKER }), NOW, newId)).toBeNull()
})
