/** Pausing and suspending, as the record decides it. */
import { expect, test } from 'vitest'
import { resumeFlowRun, retryFlowRun } from '../../core/flow-run-commands.ts'
import type { FlowRunFacts } from '../../core/flow-run.ts'
import type { Fact } from '../../core/protocol/reports.ts'
import { foldReport } from '../../core/reports.ts'
import { planRetryFromTask } from '../../core/retry-from-task.ts'
import { NOW, newId, runOf, stateOf, WORKER } from './facts.ts'

const pause = { key: '1/pause', schema: { type: 'object' } }
const ask = (run: FlowRunFacts) => ({ run, by: 'ada', now: NOW, newId })
const fold = (run: FlowRunFacts, facts: Fact[], stateId = 'seen') =>
  foldReport({ run, report: { flowRunId: 'run', epoch: run.epoch, n: 1, stateId, runToken: '', facts }, sentAt: NOW, from: WORKER, now: NOW, newId })

test('a run whose process waits is RUNNING when it is resumed, and its runner is told until it names that state', () => {
  const paused = stateOf('PAUSED', { details: { pause, pauseUntil: NOW + 1_000 } })
  const verdict = resumeFlowRun(ask(runOf(paused)))
  expect(verdict).toMatchObject({
    kind: 'change',
    state: { type: 'RUNNING', details: { resumes: paused.id } },
    change: { lease: 'keep', raiseEpoch: false },
  })
  if (verdict.kind !== 'change') throw new Error(verdict.kind)
  expect(verdict.change.runCount).toBeUndefined()
  const resumed = runOf(verdict.state)
  expect(fold(resumed, [], paused.id).kind === 'write' && fold(resumed, [], paused.id)).toMatchObject({
    directives: [{ kind: 'resume', pause: paused.id }],
  })
  expect(fold(resumed, [], verdict.state.id)).toMatchObject({ directives: [] })
})

test('a run that suspends itself gives its lease back under a new epoch; resumed, it is queued and its attempt keeps its number', () => {
  const state = stateOf('PAUSED', { name: 'Suspended', timestamp: NOW, details: { pause } })
  const suspend: Fact = { kind: 'flow-run-state', state, runCount: 2, release: true }
  expect(fold(runOf(stateOf('RUNNING'), { runCount: 2 }), [suspend])).toMatchObject({
    change: { lease: 'end', raiseEpoch: true, scheduledTime: null, states: [{ type: 'PAUSED', name: 'Suspended' }] },
    directives: [{ kind: 'stop', reason: 'the run is suspended' }],
  })
  expect(fold(runOf(stateOf('CANCELLING'), { runCount: 2 }), [suspend])).toMatchObject({ change: { lease: 'end', states: [{ type: 'CANCELLED' }] } })
  const suspended = runOf(stateOf('PAUSED', { name: 'Suspended' }), { holder: null, runCount: 2, epoch: 2 })
  expect(resumeFlowRun(ask(suspended))).toMatchObject({ state: { type: 'SCHEDULED', name: 'Resuming' }, change: { runCount: 1, scheduledTime: NOW } })
})

test('a run that is retried from a task says so in its state', () => {
  expect(retryFlowRun({ ...ask(runOf(stateOf('FAILED'))), fromTask: 'load' })).toMatchObject({
    change: { states: [{ type: 'SCHEDULED', message: 'Retried from task load by ada', details: { fromTask: 'load', scheduledTime: NOW } }] },
  })
})

test('what finished before the task first began is used again; the task and what came after it run again', () => {
  const taskRun = (name: string, startTime: number, endTime: number, more = {}) => ({
    id: name,
    name,
    taskKey: name.replace(/-\d$/, ''),
    stateType: 'COMPLETED' as const,
    isKept: true,
    startTime,
    endTime,
    ...more,
  })
  const runs = [taskRun('read-0', 0, 10), taskRun('load-0', 10, 20), taskRun('load-1', 12, 18), taskRun('beside-0', 5, 15), taskRun('late-0', 20, 30)]
  const names = (fromTask: string, given = runs) => {
    const plan = planRetryFromTask(given, fromTask)
    return plan.kind === 'plan' ? [plan.reused.map(({ name }) => name), plan.again.map(({ name }) => name)] : plan.code
  }
  expect(names('load')).toEqual([['read-0'], ['load-0', 'load-1', 'beside-0', 'late-0']])
  expect(names('load-1')).toEqual([['read-0'], ['load-0', 'load-1', 'beside-0', 'late-0']])
  expect(names('late')).toEqual([['read-0', 'load-0', 'load-1', 'beside-0'], ['late-0']])
  // What failed has given nothing to anybody.
  expect(names('bad', [...runs, taskRun('bad-0', 1, 2, { stateType: 'FAILED', isKept: false })])).toEqual([runs.map(({ name }) => name), ['bad-0']])
  expect(names('other')).toBe('unknown_task')
  expect(names('load', [taskRun('load-0', 0, 1, { isKept: false })])).toBe('nothing_kept')
})
