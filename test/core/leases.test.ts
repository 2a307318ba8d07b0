import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { FlowRunFacts } from '../../core/flow-run.ts'
import {
  endUnfit,
  expireCancelling,
  foldHolderFact,
  handBack,
  isSilent,
  judgeRun,
  type HolderFold,
  type Loss,
  loseLease,
  type RunToJudge,
} from '../../core/leases.ts'
import type { HolderFact, TimedOutPart } from '../../core/protocol/reports.ts'
import { isFinal, STATE_TYPES } from '../../core/states.ts'
import { TIMINGS } from '../../core/timings.ts'
import { NOW, newId, runOf, stateOf, WORKER } from './facts.ts'

const lose = (run: FlowRunFacts, loss: Loss = 'witnessed') => loseLease(run, loss, NOW, newId, TIMINGS)
const judge = (facts: FlowRunFacts, more: Partial<RunToJudge> = {}, mayJudge = true) =>
  judgeRun({ facts, isSessionOver: false, exitedAt: null, exit: null, ...more }, mayJudge, NOW, newId, TIMINGS)
const fold = (run: FlowRunFacts, fact: Partial<HolderFact> & { kind: HolderFact['kind'] }) =>
  foldHolderFact({ run, fact: { flowRunId: run.id, epoch: run.epoch, ...fact } as HolderFact, now: NOW, newId, timings: TIMINGS })
const exited = (code: number | null, more: object = {}) => ({ kind: 'exited', code, signal: null, stderr: '', reason: null, ...more }) as const
const silentSince = NOW - TIMINGS.silence

// ---- judging ----

test('a holder that was heard a moment before the deadline keeps its run', () => {
  expect(judge(runOf(stateOf('RUNNING'), { heardAt: silentSince + 1 }))).toBeNull()
  expect(judge(runOf(stateOf('RUNNING'), { heardAt: silentSince }))).toMatchObject({ lease: 'end', states: [{ type: 'CRASHED' }] })
})

test('a judgement by silence is void when the holder is heard before it is written', () => {
  expect(judge(runOf(stateOf('RUNNING'), { heardAt: silentSince }))?.guard).toMatchObject({ heardAt: silentSince })
})

test('a judge that was away lately judges nobody by silence, but a witnessed death counts', () => {
  const run = runOf(stateOf('RUNNING'), { heardAt: silentSince - 1_000_000 })
  expect(judge(run, {}, false)).toBeNull()
  expect(judge(run, { exitedAt: 0, exit: { code: 0, signal: null } }, false)).toBeNull()
  expect(judge(run, { isSessionOver: true }, false)).toMatchObject({ lease: 'end' })
})

test('a process that ended well without saying how the run went is given time for its spool', () => {
  const run = runOf(stateOf('RUNNING'))
  const exit = { code: 0, signal: null }
  expect(judge(run, { exitedAt: NOW - TIMINGS.exitWithoutState + 1, exit })).toBeNull()
  expect(judge(run, { exitedAt: NOW - TIMINGS.exitWithoutState, exit })).toMatchObject({
    states: [{ type: 'CRASHED', message: 'The process ended without saying how the run went', details: { cause: 'exit', exit } }],
  })
})

test('what nobody holds, or is over, is not judged', () => {
  expect(judge(runOf(stateOf('SCHEDULED'), { heardAt: 0 }), { isSessionOver: true })).toBeNull()
  expect(judge(runOf(stateOf('COMPLETED'), { holder: WORKER, heardAt: 0 }), { isSessionOver: true })).toBeNull()
  expect(isSilent({ holder: null, heardAt: 0 }, NOW, TIMINGS)).toBe(false)
})

// ---- what becomes of a lost run ----

test.each(['RUNNING', 'PAUSED'] as const)('a %s run whose worker is lost is CRASHED, and may be re-opened', (type) => {
  expect(lose(runOf(stateOf(type)))).toMatchObject({
    lease: 'end',
    raiseEpoch: false,
    states: [{ type: 'CRASHED', message: 'Worker lost: its process has died', details: { cause: 'lost' } }],
  })
})

test('a run that was being cancelled is CANCELLED when its worker is lost, and still says who asked', () => {
  expect(lose(runOf(stateOf('CANCELLING', { details: { by: 'ada' } })))).toMatchObject({
    lease: 'end',
    states: [{ type: 'CANCELLED', details: { by: 'ada' } }],
  })
})

test('a process run that was lost while starting may have run: it is not started again by itself', () => {
  expect(lose(runOf(stateOf('PENDING')))).toMatchObject({
    raiseEpoch: false,
    states: [{ type: 'CRASHED', message: expect.stringContaining('lost while starting'), details: { cause: 'lost' } }],
  })
})

test('one that may be started again is sent back, due when its old holder has certainly stopped', () => {
  const heardAt = NOW - 4_000
  expect(lose(runOf(stateOf('PENDING'), { heardAt, policy: { startAgain: true } }))).toMatchObject({
    raiseEpoch: true,
    lease: 'end',
    states: [
      {
        type: 'SCHEDULED',
        message: expect.stringMatching(/^The worker was lost while starting: .*begins again when its old process has certainly stopped$/),
      },
    ],
    scheduledTime: heardAt + TIMINGS.silence,
  })
})

test('outside process pools nothing starts before RUNNING is acknowledged, so a PENDING run goes back at once', () => {
  expect(lose(runOf(stateOf('PENDING'), { workPoolType: 'docker' }))).toMatchObject({
    raiseEpoch: true,
    states: [{ type: 'SCHEDULED' }],
    scheduledTime: NOW,
  })
})

test('a run that waits in its process for a retry keeps its state and time: its runner asks before it goes on', () => {
  const waiting = stateOf('SCHEDULED', { name: 'AwaitingRetry', details: { scheduledTime: NOW + 20_000 } })
  expect(lose(runOf(waiting, { holder: WORKER, heardAt: NOW }))).toMatchObject({ raiseEpoch: true, lease: 'end', states: [] })
})

test('one whose runner fences itself, and so does not ask, is not due before that fence has passed', () => {
  const heardAt = NOW - 1_000
  const run = (due: number) =>
    runOf(stateOf('SCHEDULED', { name: 'AwaitingRetry', details: { scheduledTime: due } }), {
      holder: WORKER,
      heardAt,
      policy: { onContactLost: 'stop' },
    })
  const fenced = heardAt + TIMINGS.silence
  expect(lose(run(NOW - 500))).toMatchObject({ raiseEpoch: true, states: [{ type: 'SCHEDULED', name: 'AwaitingRetry' }], scheduledTime: fenced })
  expect(lose(run(fenced + 1))).toMatchObject({ raiseEpoch: true, states: [] })
  expect(lose(run(NOW - 500), 'not-held')).toMatchObject({ states: [{ message: expect.not.stringContaining('certainly') }], scheduledTime: NOW })
})

test('a waiting run without a deployment crashes: nobody could start it', () => {
  const run = runOf(stateOf('SCHEDULED', { name: 'AwaitingRetry' }), { holder: { kind: 'runner' }, heardAt: NOW, deploymentId: null })
  expect(lose(run)).toMatchObject({ raiseEpoch: false, states: [{ type: 'CRASHED' }] })
})

test('a crash is tried again as often as its deployment says, when the old holder cannot be running it any more', () => {
  const heardAt = NOW - 1_000
  const again = (policy: Partial<FlowRunFacts['policy']>, runCount = 1) => lose(runOf(stateOf('RUNNING'), { heardAt, runCount, policy }))
  expect(again({ retryOnCrash: 1, onContactLost: 'stop' })).toMatchObject({
    raiseEpoch: true,
    states: [{ type: 'CRASHED' }, { type: 'SCHEDULED', name: 'AwaitingRetry' }],
    scheduledTime: heardAt + TIMINGS.silence,
  })
  expect(again({ retryOnCrash: 1, onContactLost: 'stop' }, 2)).toMatchObject({ raiseEpoch: false, states: [{ type: 'CRASHED' }] })
  expect(again({ retryOnCrash: 1, onContactLost: 'continue' })).toMatchObject({ raiseEpoch: false, states: [{ type: 'CRASHED' }] })
})

// ---- handing back, cancelling ----

test('a run that no runner got goes back under a new epoch', () => {
  expect(handBack(runOf(stateOf('PENDING')), 'full', NOW, newId)).toMatchObject({
    lease: 'end',
    raiseEpoch: true,
    states: [{ type: 'SCHEDULED', message: 'Handed back: full' }],
    scheduledTime: NOW,
  })
})

test('a run that has begun cannot be handed back, one that was cancelled before it began is over', () => {
  expect(handBack(runOf(stateOf('RUNNING')), '', NOW, newId)).toBeNull()
  expect(handBack(runOf(stateOf('SCHEDULED')), '', NOW, newId)).toBeNull()
  expect(handBack(runOf(stateOf('CANCELLING'), { lastN: 1 }), '', NOW, newId)).toBeNull()
  expect(handBack(runOf(stateOf('CANCELLING')), '', NOW, newId)).toMatchObject({ lease: 'end', states: [{ type: 'CANCELLED' }] })
})

test('a cancellation that nobody confirms is confirmed by the sweep in the end', () => {
  const cancelling = (age: number) => runOf(stateOf('CANCELLING', { timestamp: NOW - age }))
  expect(expireCancelling(cancelling(TIMINGS.cancellingTimeout - 1), NOW, newId, TIMINGS)).toBeNull()
  expect(expireCancelling(cancelling(TIMINGS.cancellingTimeout), NOW, newId, TIMINGS)).toMatchObject({
    lease: 'end',
    states: [{ type: 'CANCELLED' }],
  })
})

// ---- what holders say ----

test('a process that ended badly crashes its run, with its code and last lines', () => {
  const verdict = fold(runOf(stateOf('RUNNING')), exited(3, { stderr: 'out of cheese' }))
  expect(verdict).toMatchObject({
    kind: 'write',
    state: { type: 'CRASHED', message: 'The process ended with exit code 3', details: { cause: 'exit', exit: { code: 3, stderr: 'out of cheese' } } },
  })
})

test('what ended a process is said once: by the words of its worker where they say it', () => {
  const message = (how: object) => (fold(runOf(stateOf('RUNNING')), exited(3, how)) as { state: { message: string } }).state.message
  expect(message({ code: null, signal: 'SIGKILL', reason: 'killed (SIGKILL): out of memory, or by hand' })).toBe(
    'The process ended: killed (SIGKILL): out of memory, or by hand',
  )
  expect(message({ reason: 'exit code 3: Error: the disk is full' })).toBe('The process ended: exit code 3: Error: the disk is full')
  expect(message({ code: null, signal: 'SIGSEGV', reason: 'crashed in native code' })).toBe(
    'The process was ended by SIGSEGV: crashed in native code',
  )
})

test('exit 0 is noted and waits for the last report; 75 leaves everything to the spool', () => {
  const run = runOf(stateOf('RUNNING'))
  expect(fold(run, exited(0))).toMatchObject({ kind: 'write', change: { lease: 'keep', states: [] }, exit: { code: 0 } })
  expect(fold(run, exited(75))).toEqual({ kind: 'nothing' })
})

test('a process that was ended because the flow computed past its time limit has failed: TimedOut, and tried again where an attempt is left', () => {
  const past = (retryAfter: number | null) =>
    exited(null, { signal: 'SIGKILL', stderr: 'it computed', timedOut: { message: 'too long', retryAfter } })
  const run = runOf(stateOf('RUNNING'), { runCount: 2 })
  expect(fold(run, past(null))).toMatchObject({
    kind: 'write',
    change: { lease: 'end', raiseEpoch: false, scheduledTime: null, states: [{ type: 'FAILED', name: 'TimedOut', message: 'too long' }] },
    state: { details: { error: { name: 'TimedOut', message: 'too long' }, exit: { code: null, signal: 'SIGKILL', stderr: 'it computed' } } },
  })
  const again = fold(run, past(500))
  expect(again).toMatchObject({
    change: { lease: 'end', raiseEpoch: true, states: [{ type: 'SCHEDULED', name: 'AwaitingRetry', message: 'Attempt 2 of 3 failed: too long' }] },
  })
  const { change, state } = again as { change: { scheduledTime: number }; state: { timestamp: number } }
  expect(change.scheduledTime).toBe(state.timestamp + 500)
  // A script has nobody who would begin the next one; one that is being cancelled is cancelled; what had not begun has crashed.
  expect(fold({ ...run, deploymentId: null }, past(500))).toMatchObject({ state: { type: 'FAILED', name: 'TimedOut' } })
  expect(fold(runOf(stateOf('CANCELLING')), past(500))).toMatchObject({ state: { type: 'CANCELLED' } })
  expect(fold(runOf(stateOf('PENDING')), past(500))).toMatchObject({ change: { states: [{ type: 'CRASHED' }, { type: 'SCHEDULED' }] } })
})

test('… and past the limit of a task or subflow in it the run has failed, the task has timed out, and the subflows around it have failed', () => {
  const run = runOf(stateOf('RUNNING'), { runCount: 2 })
  const started = stateOf('RUNNING')
  const task: TimedOutPart = {
    kind: 'task-run',
    taskRunId: newId(),
    flowRunId: newId(),
    name: 'spin-0',
    taskKey: 'spin',
    dynamicKey: '0',
    tags: [],
    runCount: 1,
    states: [started],
    startTime: started.timestamp,
    endTime: null,
    runTime: 40,
    upstream: [],
    parentTaskRunId: null,
  }
  const around: TimedOutPart = {
    kind: 'child-flow-run',
    flowRunId: task.flowRunId,
    parentFlowRunId: run.id,
    parentTaskRunId: null,
    flowName: 'inner',
    name: 'inner',
    parameters: {},
    tags: [],
    runCount: 1,
    createdAt: started.timestamp,
    states: [started],
  }
  const past = (retryAfter: number | null, part: TimedOutPart[]) =>
    fold(run, exited(null, { signal: 'SIGKILL', timedOut: { message: 'too long', retryAfter, part } }))
  const failed = past(null, [around, task]) as HolderFold & { kind: 'write' }
  expect(failed.change.states).toMatchObject([{ type: 'FAILED', name: 'Failed', message: 'too long', details: { error: { name: 'TimedOut' } } }])
  expect(failed.parts).toMatchObject([
    { ...around, states: [started, { type: 'FAILED', name: 'Failed', message: 'too long' }] },
    {
      ...task,
      states: [started, { type: 'FAILED', name: 'TimedOut', message: 'too long' }],
      endTime: expect.any(Number),
      runTime: expect.any(Number),
    },
  ])
  const [, end] = failed.parts as [TimedOutPart, typeof task]
  const last = end.states.at(-1)?.timestamp as number
  expect(last).toBeGreaterThan(started.timestamp)
  expect([end.endTime, end.runTime]).toEqual([last, 40 + last - started.timestamp])
  expect(past(500, [task])).toMatchObject({ change: { raiseEpoch: true, states: [{ name: 'AwaitingRetry' }] }, parts: [{ kind: 'task-run' }] })
  expect(past(null, [])).toMatchObject({ change: { states: [{ type: 'FAILED', name: 'Failed' }] } })
})

test('an exit never overwrites a final state, and one of an old epoch is told to stop', () => {
  expect(fold(runOf(stateOf('COMPLETED')), exited(1))).toEqual({ kind: 'nothing' })
  expect(fold(runOf(stateOf('RUNNING'), { epoch: 2 }), { ...exited(1), epoch: 1 })).toMatchObject({ kind: 'stop' })
})

test('a run that was killed, or whose process ended, while it was being cancelled is CANCELLED', () => {
  for (const fact of [{ kind: 'killed' } as const, exited(1), exited(null, { signal: 'SIGKILL' })])
    expect(fold(runOf(stateOf('CANCELLING')), fact)).toMatchObject({ kind: 'write', state: { type: 'CANCELLED' }, change: { lease: 'end' } })
  expect(fold(runOf(stateOf('RUNNING')), { kind: 'killed' })).toMatchObject({ state: { type: 'CRASHED', details: { exit: { signal: 'SIGKILL' } } } })
})

test('a runner that lost its worker is witness of its death', () => {
  expect(fold(runOf(stateOf('RUNNING')), { kind: 'worker-gone' })).toMatchObject({
    kind: 'write',
    state: { type: 'CRASHED', details: { cause: 'lost' } },
  })
})

// ---- whatever it is ----

test('whoever loses a run in whatever state: the lease ends, times rise, and only a new epoch makes it claimable', () => {
  const anyRun = fc.record({
    type: fc.constantFrom(...STATE_TYPES),
    poolType: fc.constantFrom('process', 'docker', null),
    deployed: fc.boolean(),
    runCount: fc.nat(3),
    heardAgo: fc.nat(200_000),
    due: fc.integer({ min: -50_000, max: 50_000 }),
    policy: fc.record({ retryOnCrash: fc.nat(2), onContactLost: fc.constantFrom('stop' as const, 'continue' as const), startAgain: fc.boolean() }),
  })
  fc.assert(
    fc.property(anyRun, fc.constantFrom<Loss>('silence', 'witnessed', 'not-held'), ({ type, poolType, deployed, heardAgo, due, ...init }, loss) => {
      const state = stateOf(type, { details: { scheduledTime: NOW + due } })
      const heardAt = NOW - heardAgo
      const run = runOf(state, { ...init, holder: WORKER, heardAt, workPoolType: poolType, deploymentId: deployed ? 'deployment' : null })
      const change = lose(run, loss)
      if (isFinal(type)) {
        expect(change).toBeNull()
        return
      }
      const last = change?.states.at(-1) ?? state
      expect(change).toMatchObject({ lease: 'end', guard: { stateId: state.id, epoch: run.epoch } })
      expect(change?.raiseEpoch).toBe(last.type === 'SCHEDULED')
      let previous = state.timestamp
      for (const { timestamp } of change?.states ?? []) {
        expect(timestamp).toBeGreaterThan(previous)
        previous = timestamp
      }
    }),
  )
})

// ---- what nobody can be given ----

test('a claimed run that cannot be given to anybody ends CRASHED with the reason; one that is past PENDING is left alone', () => {
  const end = (run: FlowRunFacts) => endUnfit(run, 'Not started: no place for it', NOW, newId)
  expect(end(runOf(stateOf('PENDING')))).toMatchObject({ lease: 'end', states: [{ type: 'CRASHED', message: 'Not started: no place for it' }] })
  expect(end(runOf(stateOf('CANCELLING'), { lastN: 0 }))).toMatchObject({ lease: 'end', states: [{ type: 'CANCELLED' }] })
  expect(end(runOf(stateOf('RUNNING')))).toBeNull()
  expect(end(runOf(stateOf('PENDING'), { holder: null }))).toBeNull()
})
