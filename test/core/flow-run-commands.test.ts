import { expect, test } from 'vitest'
import { type Command, cancelFlowRun, forceFlowRun, pauseFlowRun, resumeFlowRun, retryFlowRun } from '../../core/flow-run-commands.ts'
import { markLate } from '../../core/late.ts'
import { isFinal, STATE_TYPES } from '../../core/states.ts'
import { TIMINGS } from '../../core/timings.ts'
import { NOW, newId, runOf, stateOf } from './facts.ts'

const ask = (run: Command['run'], more: Partial<Command> = {}): Command => ({ run, by: 'ada', now: NOW, newId, ...more })

test('a held run is asked to stop and keeps its lease; a waiting one is CANCELLED at once', () => {
  expect(cancelFlowRun(ask(runOf(stateOf('RUNNING'))))).toMatchObject({
    kind: 'change',
    state: { type: 'CANCELLING', message: 'Cancelled by ada', details: { by: 'ada' } },
    change: { lease: 'keep', raiseEpoch: false },
  })
  expect(cancelFlowRun(ask(runOf(stateOf('SCHEDULED')), { reason: 'wrong day' }))).toMatchObject({
    state: { type: 'CANCELLED', message: 'wrong day' },
    change: { lease: 'end' },
  })
})

test('cancelling twice is nothing new, and a run that is over cannot be cancelled', () => {
  expect(cancelFlowRun(ask(runOf(stateOf('CANCELLING'))))).toMatchObject({ kind: 'nothing' })
  expect(cancelFlowRun(ask(runOf(stateOf('COMPLETED'))))).toMatchObject({ kind: 'refused', code: 'run_is_final' })
})

test('a subflow is cancelled with its root, and the refusal names it', () => {
  expect(cancelFlowRun(ask(runOf(stateOf('RUNNING'), { rootFlowRunId: 'root' })))).toMatchObject({
    kind: 'refused',
    code: 'run_is_subflow',
    message: expect.stringContaining('root'),
  })
})

test('a run that has ended is retried under a new epoch, due now; another is refused', () => {
  expect(retryFlowRun(ask(runOf(stateOf('FAILED'))))).toMatchObject({
    kind: 'change',
    state: { type: 'SCHEDULED', message: 'Retried by ada', details: { scheduledTime: NOW } },
    change: { raiseEpoch: true, lease: 'end', scheduledTime: NOW },
  })
  for (const type of STATE_TYPES.filter((one) => !isFinal(one)))
    expect(retryFlowRun(ask(runOf(stateOf(type))))).toMatchObject({ kind: 'refused', code: 'run_is_not_final' })
})

test('a script cannot be retried by anybody but its author', () => {
  expect(retryFlowRun(ask(runOf(stateOf('FAILED'), { deploymentId: null })))).toMatchObject({ kind: 'refused', code: 'run_has_no_deployment' })
})

test('force ends a run from any state, and its epoch rises so that whoever runs it is told to stop', () => {
  for (const type of STATE_TYPES.filter((one) => one !== 'CANCELLED')) {
    expect(forceFlowRun({ ...ask(runOf(stateOf(type))), type: 'CANCELLED' })).toMatchObject({
      kind: 'change',
      change: { lease: 'end', raiseEpoch: true, states: [{ type: 'CANCELLED' }] },
    })
  }
  expect(forceFlowRun({ ...ask(runOf(stateOf('CANCELLED'))), type: 'CANCELLED' })).toMatchObject({ kind: 'nothing' })
  const subflow = runOf(stateOf('RUNNING'), { rootFlowRunId: 'root' })
  expect(forceFlowRun({ ...ask(subflow), type: 'FAILED' })).toMatchObject({ kind: 'refused', code: 'run_is_subflow' })
})

test('a run that waits is set aside with its time, and goes on at that time', () => {
  const due = NOW + 60_000
  const waiting = runOf(stateOf('SCHEDULED', { details: { scheduledTime: due } }))
  const paused = pauseFlowRun(ask(waiting))
  expect(paused).toMatchObject({ state: { type: 'PAUSED', message: 'Paused by ada', details: { scheduledTime: due } }, change: { lease: 'keep' } })
  if (paused.kind !== 'change') throw new Error('not paused')
  const aside = runOf(paused.state, { holder: null })
  expect(pauseFlowRun(ask(aside))).toMatchObject({ kind: 'nothing' })
  expect(resumeFlowRun(ask(aside))).toMatchObject({
    state: { type: 'SCHEDULED', name: 'Resuming' },
    change: { scheduledTime: due, raiseEpoch: false },
  })
  expect(resumeFlowRun(ask(aside, { now: due + 5 }))).toMatchObject({ change: { scheduledTime: due + 5 } })
})

test('a run that is on its way is not paused, and one that is not paused is not resumed', () => {
  expect(pauseFlowRun(ask(runOf(stateOf('RUNNING'))))).toMatchObject({ kind: 'refused', code: 'run_does_not_wait' })
  expect(resumeFlowRun(ask(runOf(stateOf('RUNNING'))))).toMatchObject({ kind: 'refused', code: 'run_is_not_paused' })
})

test('every command is void if the run has moved meanwhile', () => {
  const run = runOf(stateOf('RUNNING'), { epoch: 3 })
  expect(cancelFlowRun(ask(run))).toMatchObject({ change: { guard: { stateId: run.state.id, epoch: 3 } } })
})

test('a run that nobody takes is late after a while, and says so once', () => {
  const due = (ago: number, name?: string) => runOf(stateOf('SCHEDULED', { details: { scheduledTime: NOW - ago }, ...(name ? { name } : {}) }))
  expect(markLate(due(TIMINGS.lateAfter - 1), NOW, newId, TIMINGS)).toBeNull()
  expect(markLate(due(TIMINGS.lateAfter), NOW, newId, TIMINGS)).toMatchObject({
    states: [{ type: 'SCHEDULED', name: 'Late' }],
    scheduledTime: NOW - TIMINGS.lateAfter,
    raiseEpoch: false,
  })
  expect(markLate(due(1e6, 'Late'), NOW, newId, TIMINGS)).toBeNull()
  expect(markLate(due(1e6, 'AwaitingRetry'), NOW, newId, TIMINGS)).toBeNull()
})
