/** Each rule of the flow-run policy, asked through `decide` as everybody asks it; then what holds for all of them together. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { FlowRunFacts } from '../../../core/flow-run.ts'
import { decide } from '../../../core/orchestration/decide.ts'
import { flowRunPolicy, forcedFlowRunPolicy } from '../../../core/orchestration/flow-run-policy.ts'
import type { Proposer } from '../../../core/orchestration/transition.ts'
import { isFinal, makeState, STATE_NAMES, STATE_TYPES, type State, type StateType } from '../../../core/states.ts'
import { lost, NOW, newId, runOf, stateOf, WORKER } from '../facts.ts'

const propose = (current: State, proposed: State, { by = 'runner', ...init }: { by?: Proposer } & Parameters<typeof runOf>[1] = {}) =>
  decide(flowRunPolicy, { run: runOf(current, init), current, proposed, now: NOW, random: 0.5, newId, by })
const now = (type: StateType, init: Partial<State> = {}): State => stateOf(type, { timestamp: NOW, ...init })

test('the same state proposed twice changes nothing the second time', () => {
  const running = stateOf('RUNNING')
  expect(propose(running, running)).toEqual({ kind: 'reject', state: running, reason: expect.any(String), effects: {} })
})

test.each(['COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED'] as const)('a run that is %s stays so, whatever its runner says', (type) => {
  for (const to of STATE_TYPES) expect(propose(stateOf(type), now(to))).toMatchObject({ kind: 'abort', code: 'run_is_final' })
})

test('a run that crashed only because nobody was heard goes on when its own runner speaks', () => {
  expect(propose(lost(), now('RUNNING'))).toMatchObject({ kind: 'accept', state: { type: 'RUNNING' } })
  expect(propose(lost(), now('COMPLETED'))).toMatchObject({ kind: 'accept', effects: { endLease: true } })
  expect(propose(lost(), now('RUNNING'), { by: 'person' })).toMatchObject({ kind: 'abort', code: 'run_is_final' })
})

test('a person retries a run that has ended: it is queued under a new epoch', () => {
  for (const type of ['COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED'] as const)
    expect(propose(stateOf(type), now('SCHEDULED'), { by: 'person' })).toMatchObject({
      kind: 'accept',
      effects: { raiseEpoch: true, endLease: true },
    })
})

test('a run that no worker can start is not retried, and the reason says what to do', () => {
  const byScript = propose(stateOf('FAILED'), now('SCHEDULED'), { by: 'person', deploymentId: null })
  expect(byScript).toMatchObject({ kind: 'abort', code: 'run_has_no_deployment', reason: expect.stringContaining('start the script again') })
  expect(propose(stateOf('FAILED'), now('SCHEDULED'), { by: 'person', rootFlowRunId: 'root' })).toMatchObject({
    kind: 'abort',
    code: 'run_is_subflow',
  })
})

test('a run that was asked to stop ends CANCELLED and nothing else', () => {
  const cancelling = stateOf('CANCELLING')
  for (const to of STATE_TYPES.filter((type) => type !== 'CANCELLED'))
    expect(propose(cancelling, now(to))).toMatchObject({ kind: 'reject', state: cancelling })
  expect(propose(cancelling, now('CANCELLED'))).toMatchObject({ kind: 'accept', effects: { endLease: true } })
})

test('a run that nobody holds is cancelled at once; a held one is asked to stop', () => {
  expect(propose(stateOf('SCHEDULED'), now('CANCELLING'), { by: 'person' })).toMatchObject({
    state: { type: 'CANCELLED' },
    effects: { endLease: true },
  })
  expect(propose(stateOf('PAUSED'), now('CANCELLING'), { by: 'person', holder: null })).toMatchObject({ state: { type: 'CANCELLED' } })
  expect(propose(stateOf('RUNNING'), now('CANCELLING'), { by: 'person' })).toMatchObject({ kind: 'accept', state: { type: 'CANCELLING' } })
})

test('a run is claimed once; its holder may still say how far the start has come', () => {
  expect(propose(stateOf('PENDING'), now('PENDING'), { by: 'system' })).toMatchObject({ kind: 'abort', code: 'run_is_claimed' })
  expect(propose(stateOf('RUNNING'), now('PENDING'), { by: 'system' })).toMatchObject({ kind: 'abort', code: 'run_is_claimed' })
  expect(propose(stateOf('PENDING'), now('PENDING', { name: 'Submitting' }))).toMatchObject({ kind: 'accept', state: { name: 'Submitting' } })
})

test('only a run that nobody took in time is late', () => {
  const late = now('SCHEDULED', { name: 'Late' })
  expect(propose(stateOf('SCHEDULED'), late, { by: 'system' })).toMatchObject({ kind: 'accept' })
  expect(propose(stateOf('SCHEDULED', { name: 'AwaitingRetry' }), late, { by: 'system' })).toMatchObject({
    kind: 'abort',
    code: 'run_is_not_scheduled',
  })
})

test('a claimed run remembers when it was due', () => {
  const scheduledTime = NOW - 5_000
  expect(propose(stateOf('SCHEDULED', { details: { scheduledTime } }), now('PENDING'), { by: 'system' })).toMatchObject({
    state: { type: 'PENDING', details: { scheduledTime } },
  })
})

test('a run that starts too early is told how long to wait', () => {
  const scheduledTime = NOW + 5_000
  expect(propose(stateOf('SCHEDULED', { details: { scheduledTime } }), now('RUNNING'))).toMatchObject({ kind: 'wait', until: scheduledTime })
  expect(propose(stateOf('PENDING', { details: { scheduledTime: NOW } }), now('RUNNING'))).toMatchObject({ kind: 'accept' })
})

test('a failed attempt with attempts left waits for the next one', () => {
  const retries = { count: 1, delay: 3_000, jitter: 0 }
  const failed = now('FAILED', { message: 'no luck', details: { error: { name: 'Error', message: 'no luck' } } })
  expect(propose(stateOf('RUNNING'), failed, { runCount: 1, policy: { retries } })).toMatchObject({
    kind: 'reject',
    state: {
      type: 'SCHEDULED',
      name: 'AwaitingRetry',
      message: 'Attempt 1 of 2 failed: no luck',
      details: { scheduledTime: NOW + 3_000, error: { message: 'no luck' } },
    },
    effects: {},
  })
  expect(propose(stateOf('RUNNING'), failed, { runCount: 2, policy: { retries } })).toMatchObject({ kind: 'accept', state: { type: 'FAILED' } })
})

test('a crash is no failure: retries are not spent on it', () => {
  const retries = { count: 3, delay: 0, jitter: 0 }
  expect(propose(stateOf('RUNNING'), now('CRASHED'), { policy: { retries } })).toMatchObject({ kind: 'accept', state: { type: 'CRASHED' } })
})

test('an attempt after a wait is called Retrying', () => {
  const waited = stateOf('SCHEDULED', { name: 'AwaitingRetry', details: { scheduledTime: NOW } })
  expect(propose(waited, now('RUNNING'))).toMatchObject({ state: { name: 'Retrying' }, effects: { countRun: true } })
})

test('every attempt counts; coming back from a pause does not', () => {
  expect(propose(stateOf('PENDING'), now('RUNNING'))).toMatchObject({ kind: 'accept', effects: { countRun: true } })
  const resumed = propose(stateOf('PAUSED'), now('RUNNING'))
  expect(resumed).toMatchObject({ kind: 'accept' })
  expect(resumed).not.toMatchObject({ effects: { countRun: true } })
})

test('a run pauses itself while it runs, and gives its process back only when somebody could start it again', () => {
  expect(propose(stateOf('RUNNING'), now('PAUSED'))).toMatchObject({ kind: 'accept', state: { name: 'Paused' }, effects: {} })
  expect(propose(stateOf('PENDING'), now('PAUSED'))).toMatchObject({ kind: 'abort', code: 'run_is_not_running' })
  const suspended = now('PAUSED', { name: 'Suspended' })
  expect(propose(stateOf('RUNNING'), suspended)).toMatchObject({ kind: 'accept', effects: { endLease: true } })
  expect(propose(stateOf('RUNNING'), suspended, { deploymentId: null })).toMatchObject({ kind: 'abort', code: 'run_has_no_deployment' })
  expect(propose(stateOf('RUNNING'), suspended, { rootFlowRunId: 'root' })).toMatchObject({ kind: 'abort', code: 'run_is_subflow' })
})

test('a person sets aside only what waits and nobody holds', () => {
  expect(propose(stateOf('SCHEDULED'), now('PAUSED'), { by: 'person' })).toMatchObject({ kind: 'accept', state: { type: 'PAUSED' } })
  const waitsInProcess = stateOf('SCHEDULED', { name: 'AwaitingRetry' })
  for (const [state, holder] of [[waitsInProcess, WORKER] as const, [stateOf('RUNNING'), WORKER] as const])
    expect(propose(state, now('PAUSED'), { by: 'person', holder })).toMatchObject({ kind: 'abort', code: 'run_does_not_wait' })
})

test('a paused run goes on where it is held, and is queued where it is not, at its own time', () => {
  const resumed = () => now('SCHEDULED', { details: { scheduledTime: NOW } })
  expect(propose(stateOf('PAUSED'), resumed(), { by: 'person' })).toMatchObject({ state: { type: 'RUNNING', name: 'Running' } })
  const later = stateOf('PAUSED', { details: { scheduledTime: NOW + 60_000 } })
  expect(propose(later, resumed(), { by: 'person', holder: null })).toMatchObject({
    state: { type: 'SCHEDULED', name: 'Resuming', details: { scheduledTime: NOW + 60_000 } },
  })
  expect(propose(stateOf('PAUSED'), now('RUNNING'), { by: 'person', holder: null })).toMatchObject({ state: { type: 'SCHEDULED', name: 'Resuming' } })
})

test('a person who resumes after the deadline comes too late; its own code may go on', () => {
  const expired = stateOf('PAUSED', { details: { pauseUntil: NOW - 1 } })
  expect(propose(expired, now('SCHEDULED'), { by: 'person' })).toMatchObject({ kind: 'abort', code: 'pause_is_over' })
  expect(propose(expired, now('RUNNING'))).toMatchObject({ kind: 'accept', state: { type: 'RUNNING' } })
})

test('a run that is over holds nothing', () => {
  for (const type of ['COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED'] as const)
    expect(propose(stateOf('RUNNING'), now(type))).toMatchObject({ kind: 'accept', effects: { endLease: true } })
})

test('force passes every protection but still ends the lease', () => {
  const current = stateOf('COMPLETED')
  const verdict = decide(forcedFlowRunPolicy, { run: runOf(current), current, proposed: now('FAILED'), now: NOW, random: 0, newId, by: 'person' })
  expect(verdict).toMatchObject({ kind: 'accept', state: { type: 'FAILED' }, effects: { endLease: true } })
})

// ---- all of them together ----

const anyState = fc
  .record({
    type: fc.constantFrom(...STATE_TYPES),
    index: fc.nat(4),
    due: fc.option(fc.integer({ min: -100_000, max: 100_000 }), { nil: undefined }),
    isLost: fc.boolean(),
  })
  .map(({ type, index, due, isLost }) => {
    const names = STATE_NAMES[type]
    const details = {
      ...(due === undefined ? {} : { scheduledTime: NOW + due }),
      ...(type === 'CRASHED' && isLost ? { cause: 'lost' as const } : {}),
    }
    return makeState({ id: newId(), type, name: names[index % names.length] as string, timestamp: NOW, details })
  })
const anyCase = fc.record({
  current: anyState,
  proposed: anyState,
  by: fc.constantFrom<Proposer>('runner', 'person', 'system'),
  isHeld: fc.boolean(),
  runCount: fc.nat(4),
  count: fc.nat(3),
  deploymentId: fc.constantFrom('deployment', null),
  rootFlowRunId: fc.constantFrom('root', null),
})
type Case = typeof anyCase extends fc.Arbitrary<infer T> ? T : never
const runIn = ({ current, isHeld, runCount, count, deploymentId, rootFlowRunId }: Case): FlowRunFacts => {
  const retries = { count, delay: 1_000, jitter: 0.5 }
  return runOf(current, { holder: isHeld ? { kind: 'runner' } : null, runCount, deploymentId, rootFlowRunId, policy: { retries } })
}
const decided = (given: Case) =>
  decide(flowRunPolicy, { run: runIn(given), current: given.current, proposed: given.proposed, now: NOW, random: 0.3, newId, by: given.by })

test('a final state is left only by a retry of somebody else than the runner, or by the runner of a lost run', () => {
  fc.assert(
    fc.property(anyCase, (given) => {
      fc.pre(isFinal(given.current.type))
      const verdict = decided(given)
      if ((verdict.kind !== 'accept' && verdict.kind !== 'reject') || verdict.state === given.current) return
      const isRetry = verdict.state.type === 'SCHEDULED' && given.by !== 'runner' && given.deploymentId !== null && given.rootFlowRunId === null
      const isRegained = given.by === 'runner' && given.current.details.cause === 'lost'
      expect(isRetry || isRegained).toBe(true)
      if (isRetry) expect(verdict.effects).toMatchObject({ raiseEpoch: true, endLease: true })
    }),
    { numRuns: 2_000 },
  )
})

test('every verdict is whole: what is written is a known state with a name, the lease ends with every end, and CANCELLING leads only to CANCELLED', () => {
  fc.assert(
    fc.property(anyCase, (given) => {
      const verdict = decided(given)
      if (verdict.kind === 'wait') expect(verdict.until).toBeGreaterThan(NOW)
      if (verdict.kind === 'abort') expect(verdict.code).toMatch(/^[a-z_]+$/)
      if (verdict.kind === 'wait' || verdict.kind === 'abort') return
      const { state, effects } = verdict
      if (state === given.current) {
        expect(effects).toEqual({})
        return
      }
      expect(STATE_TYPES).toContain(state.type)
      expect(state.name).not.toBe('')
      if (isFinal(state.type)) expect(effects.endLease).toBe(true)
      if (given.current.type === 'CANCELLING') expect(state.type).toBe('CANCELLED')
    }),
    { numRuns: 2_000 },
  )
})
