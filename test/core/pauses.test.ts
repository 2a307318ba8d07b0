/** Pausing and suspending, as the record decides it. */
import { expect, test } from 'vitest'
import { resumeFlowRun, retryFlowRun, suspendFlowRun } from '../../core/flow-run-commands.ts'
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

test('a person asks a running run for its process; its runner is told until it names that state, and suspends, ends or fails as any running run does', () => {
  const verdict = suspendFlowRun(ask(runOf(stateOf('RUNNING'), { runCount: 2 })))
  expect(verdict).toMatchObject({
    kind: 'change',
    state: { type: 'RUNNING', name: 'Suspending', message: 'Asked to suspend by ada', details: { by: 'ada', suspends: true } },
    change: { lease: 'keep', raiseEpoch: false },
  })
  if (verdict.kind !== 'change') throw new Error(verdict.kind)
  expect(verdict.change.runCount).toBeUndefined()
  const asked = runOf(verdict.state, { runCount: 2 })
  expect(fold(asked, [], 'before')).toMatchObject({ directives: [{ kind: 'suspend', state: verdict.state.id, by: 'ada' }] })
  expect(fold(asked, [], verdict.state.id)).toMatchObject({ directives: [] })
  expect(suspendFlowRun(ask(asked))).toMatchObject({ kind: 'nothing' })
  const report = (type: 'PAUSED' | 'COMPLETED', name?: string): Fact => {
    const state = stateOf(type, { timestamp: NOW, ...(name ? { name } : {}) })
    return { kind: 'flow-run-state', state, runCount: 2, ...(type === 'PAUSED' ? { release: true } : {}) }
  }
  expect(fold(asked, [report('PAUSED', 'Suspended')])).toMatchObject({ change: { lease: 'end', raiseEpoch: true }, state: { name: 'Suspended' } })
  expect(fold(asked, [report('COMPLETED')])).toMatchObject({ state: { type: 'COMPLETED' } })
  expect(suspendFlowRun(ask(runOf(stateOf('PAUSED', { name: 'Suspended' }), { holder: null })))).toMatchObject({ kind: 'nothing' })
})

test('only a running run of a deployment that has a process of its own can be suspended', () => {
  const code = (run: FlowRunFacts) => {
    const verdict = suspendFlowRun(ask(run))
    return verdict.kind === 'refused' ? verdict.code : verdict.kind
  }
  for (const type of ['SCHEDULED', 'PENDING', 'PAUSED'] as const) expect(code(runOf(stateOf(type)))).toBe('run_is_not_running')
  expect(code(runOf(stateOf('CANCELLING')))).toBe('nothing')
  expect(code(runOf(stateOf('COMPLETED')))).toBe('run_is_final')
  expect(code(runOf(stateOf('RUNNING'), { deploymentId: null }))).toBe('run_has_no_deployment')
  expect(code(runOf(stateOf('RUNNING'), { rootFlowRunId: 'root' }))).toBe('run_is_subflow')
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
  // What is kept nowhere (a subflow's stand-in, results: false, a transaction) has given its result all the same.
  const unkept = taskRun('sub-0', 10, 19, { isKept: false })
  expect(names('sub', [...runs, unkept])).toEqual([['read-0'], ['load-0', 'load-1', 'beside-0', 'late-0', 'sub-0']])
  // What an earlier retry has forgotten counts no more where the task has completed again.
  const forgotten = taskRun('late-0', 1, 2, { isKept: false })
  expect(names('late', [...runs, forgotten])).toEqual([
    ['read-0', 'load-0', 'load-1', 'beside-0'],
    ['late-0', 'late-0'],
  ])
  expect(names('other')).toBe('unknown_task')
  expect(names('load', [taskRun('load-0', 0, 1, { isKept: false })])).toBe('nothing_kept')
})
