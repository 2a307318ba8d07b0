/** Each rule of the task-run policy, asked through `decide` as the runner asks it. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decide } from '../../../core/orchestration/decide.ts'
import { taskRunPolicy } from '../../../core/orchestration/task-run-policy.ts'
import type { TaskRunTransition } from '../../../core/orchestration/transition.ts'
import { NO_RETRIES } from '../../../core/retry-policy.ts'
import { isFinal, STATE_TYPES, type State, type StateType } from '../../../core/states.ts'
import { NOW, newId, stateOf } from '../facts.ts'

const propose = (current: State | null, proposed: State, init: Partial<TaskRunTransition> = {}) =>
  decide<TaskRunTransition>(taskRunPolicy, {
    current,
    proposed,
    now: NOW,
    random: 0.5,
    newId,
    runCount: 1,
    retries: NO_RETRIES,
    retriable: true,
    flowRunStateType: 'RUNNING',
    ...init,
  })
const now = (type: StateType, init: Partial<State> = {}): State => stateOf(type, { timestamp: NOW, ...init })

test('a task may be new', () => {
  expect(propose(null, now('PENDING'))).toMatchObject({ kind: 'accept', state: { type: 'PENDING' } })
})

test('the same state proposed twice changes nothing the second time', () => {
  const running = stateOf('RUNNING')
  expect(propose(running, running)).toMatchObject({ kind: 'reject', state: running, effects: {} })
})

test('a completed task stays completed', () => {
  for (const to of STATE_TYPES) expect(propose(stateOf('COMPLETED'), now(to))).toMatchObject({ kind: 'abort', code: 'task_run_is_final' })
})

test('a retry that had to wait for a slot is a retry all the same, a first attempt is none', () => {
  const waiting = stateOf('SCHEDULED', { name: 'AwaitingConcurrencySlot' })
  expect(propose(waiting, now('RUNNING'), { runCount: 1 })).toMatchObject({ state: { type: 'RUNNING', name: 'Retrying' } })
  expect(propose(waiting, now('RUNNING'), { runCount: 0 })).toMatchObject({ state: { type: 'RUNNING', name: 'Running' } })
})

test('a task that failed begins anew when its flow run is tried again', () => {
  for (const from of ['FAILED', 'CANCELLED', 'CRASHED'] as const) {
    expect(propose(stateOf(from), now('PENDING'))).toMatchObject({ kind: 'accept' })
    expect(propose(stateOf(from), now('COMPLETED'))).toMatchObject({ kind: 'abort', code: 'task_run_is_final' })
  }
})

test('a task of a paused flow run waits; of one that does not run it does not start', () => {
  expect(propose(stateOf('PENDING'), now('RUNNING'), { flowRunStateType: 'PAUSED' })).toMatchObject({
    kind: 'reject',
    state: { type: 'PAUSED', name: 'NotReady' },
  })
  for (const flowRunStateType of STATE_TYPES.filter((type) => type !== 'RUNNING' && type !== 'PAUSED'))
    expect(propose(stateOf('PENDING'), now('RUNNING'), { flowRunStateType })).toMatchObject({ kind: 'abort', code: 'flow_run_is_not_running' })
})

test('a task that waits for its time is told how long', () => {
  const scheduledTime = NOW + 500
  expect(propose(stateOf('SCHEDULED', { details: { scheduledTime } }), now('RUNNING'))).toMatchObject({ kind: 'wait', until: scheduledTime })
})

test('a failed attempt with attempts left waits, or goes straight on when there is nothing to wait for', () => {
  const error = { name: 'Error', message: 'no luck' }
  const failed = now('FAILED', { message: 'no luck', details: { error } })
  expect(propose(stateOf('RUNNING'), failed, { retries: { count: 2, delay: 100, jitter: 0 } })).toMatchObject({
    state: { type: 'SCHEDULED', name: 'AwaitingRetry', message: 'Attempt 1 of 3 failed: no luck', details: { scheduledTime: NOW + 100, error } },
  })
  expect(propose(stateOf('RUNNING'), failed, { retries: { count: 2, delay: 0, jitter: 0 } })).toMatchObject({
    state: { type: 'RUNNING', name: 'Retrying' },
  })
})

test('the last attempt, and one that its author does not want repeated, fails for good', () => {
  const retries = { count: 2, delay: 0, jitter: 0 }
  expect(propose(stateOf('RUNNING'), now('FAILED'), { retries, runCount: 3 })).toMatchObject({ kind: 'accept', state: { type: 'FAILED' } })
  expect(propose(stateOf('RUNNING'), now('FAILED'), { retries, retriable: false })).toMatchObject({ kind: 'accept', state: { type: 'FAILED' } })
})

test('an attempt after a wait is called Retrying', () => {
  expect(propose(stateOf('SCHEDULED', { name: 'AwaitingRetry' }), now('RUNNING'))).toMatchObject({ state: { name: 'Retrying' } })
})

test('an attempt after an end is called Retrying, too', () => {
  expect(propose(stateOf('FAILED'), now('RUNNING'))).toMatchObject({ state: { type: 'RUNNING', name: 'Retrying' } })
})

test('whatever is proposed, a final task state is left only by a new attempt', () => {
  const type = fc.constantFrom(...STATE_TYPES)
  fc.assert(
    fc.property(type, type, type, fc.nat(3), (from, to, flowRunStateType, count) => {
      fc.pre(isFinal(from))
      const verdict = propose(stateOf(from), now(to), { flowRunStateType, retries: { count, delay: 10, jitter: 0 } })
      if (verdict.kind === 'abort') return
      expect(from).not.toBe('COMPLETED')
      expect(['PENDING', 'RUNNING']).toContain(to)
    }),
  )
})
