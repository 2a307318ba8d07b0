import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { FlowRunFacts } from '../../core/flow-run.ts'
import type { Fact, RunReport } from '../../core/protocol/reports.ts'
import { isLost, type PresentState, presentState, REPORT_MATRIX } from '../../core/report-matrix.ts'
import { foldReport, passOverReport } from '../../core/reports.ts'
import { isFinal, STATE_TYPES, type State } from '../../core/states.ts'
import { eventFact } from '../support/event-fact.ts'
import { lost, NOW, newId, runOf, stateOf, WORKER } from './facts.ts'

const became = (state: State, more: { release?: boolean; runCount?: number } = {}): Fact => ({ kind: 'flow-run-state', state, runCount: 1, ...more })
const now = (type: State['type'], init: Partial<State> = {}): State => stateOf(type, { timestamp: NOW, ...init })
const reportOf = (facts: Fact[], init: Partial<RunReport> = {}): RunReport => ({
  flowRunId: 'run',
  epoch: 1,
  n: 1,
  stateId: 'seen',
  runToken: '',
  facts,
  ...init,
})
const fold = (run: FlowRunFacts, report: RunReport) => foldReport({ run, report, sentAt: NOW, from: WORKER, now: NOW, newId })
const RUNNING = () => runOf(stateOf('RUNNING'))

test('a report is taken if its number is the next', () => {
  expect(fold(runOf(stateOf('RUNNING'), { lastN: 4 }), reportOf([], { n: 5 }))).toMatchObject({
    kind: 'write',
    change: { lastN: 5, guard: { lastN: 4 }, lease: 'keep', heard: true },
  })
})

test('a report that arrives again is acknowledged and not written again', () => {
  expect(fold(runOf(stateOf('RUNNING'), { lastN: 4 }), reportOf([became(now('FAILED'))], { n: 3 }))).toMatchObject({
    kind: 'duplicate',
    acknowledged: 4,
  })
})

test('a gap is answered with the number that is expected', () => {
  expect(fold(runOf(stateOf('RUNNING'), { lastN: 4 }), reportOf([], { n: 7 }))).toMatchObject({ kind: 'gap', expected: 5 })
})

test('a report of an old epoch is told to stop', () => {
  expect(fold(runOf(stateOf('RUNNING'), { epoch: 2 }), reportOf([]))).toMatchObject({ kind: 'stop', reason: expect.stringContaining('epoch 1') })
})

test('a report of a run that nobody holds and that is not over is told to stop', () => {
  expect(fold(runOf(stateOf('SCHEDULED')), reportOf([]))).toMatchObject({ kind: 'stop' })
})

test('an end frees the lease, in the same change', () => {
  expect(fold(RUNNING(), reportOf([became(now('COMPLETED'))]))).toMatchObject({
    change: { lease: 'end', states: [{ type: 'COMPLETED' }] },
    directives: [],
  })
})

test('cancel against completion: a run that was asked to stop first is CANCELLED, and what it came to is history', () => {
  const run = runOf(stateOf('CANCELLING', { details: { by: 'ada' } }))
  const verdict = fold(run, reportOf([became(now('COMPLETED'))]))
  expect(verdict).toMatchObject({
    change: { lease: 'end', states: [{ type: 'CANCELLED', details: { by: 'ada' } }], history: [{ type: 'COMPLETED' }] },
  })
})

test('cancel against completion: a run that completed first stays completed', () => {
  expect(fold(runOf(stateOf('COMPLETED'), { lastN: 1 }), reportOf([became(now('CANCELLED'))], { n: 2 }))).toMatchObject({
    change: { states: [], history: [{ type: 'CANCELLED' }] },
  })
})

test('a runner that does not know of the cancellation is told', () => {
  expect(fold(runOf(stateOf('CANCELLING')), reportOf([]))).toMatchObject({ directives: [{ kind: 'cancel' }] })
})

test('a runner whose run is over without its knowing is told to stop', () => {
  const cancelled = stateOf('CANCELLED', { message: 'Cancelled by ada' })
  expect(fold(runOf(cancelled), reportOf([]))).toMatchObject({ directives: [{ kind: 'stop', reason: 'the run is Cancelled: Cancelled by ada' }] })
  expect(fold(runOf(cancelled), reportOf([], { stateId: cancelled.id }))).toMatchObject({ directives: [] })
})

test('any word of its own epoch re-opens a run that was lost', () => {
  expect(fold(runOf(lost()), reportOf([]))).toMatchObject({
    regained: true,
    change: { lease: 'regain', holder: WORKER, states: [{ type: 'RUNNING', message: 'Contact regained' }] },
  })
})

test('a lost run whose spool brings its end is over at once, and holds nothing', () => {
  expect(fold(runOf(lost()), reportOf([became(now('COMPLETED'))]))).toMatchObject({
    regained: true,
    change: { lease: 'end', states: [{ type: 'COMPLETED' }] },
  })
})

test('a crash by exit stays: a late word is history', () => {
  expect(fold(runOf(stateOf('CRASHED', { details: { cause: 'exit' } })), reportOf([became(now('COMPLETED'))]))).toMatchObject({
    regained: false,
    change: { states: [], history: [{ type: 'COMPLETED' }] },
  })
})

test('a long wait for a retry gives the run back to the queue, under a new epoch, when it is due', () => {
  const due = NOW + 90_000
  const waiting = now('SCHEDULED', { name: 'AwaitingRetry', details: { scheduledTime: due } })
  expect(fold(RUNNING(), reportOf([became(waiting, { release: true })]))).toMatchObject({
    change: { lease: 'end', raiseEpoch: true, scheduledTime: due, states: [{ name: 'AwaitingRetry' }] },
    directives: [{ kind: 'stop' }],
  })
})

test('a short wait keeps the lease', () => {
  const waiting = now('SCHEDULED', { name: 'AwaitingRetry', details: { scheduledTime: NOW + 10 } })
  expect(fold(RUNNING(), reportOf([became(waiting)]))).toMatchObject({ change: { lease: 'keep', raiseEpoch: false } })
})

test('a run that was asked to stop while its attempt failed is CANCELLED instead of tried again', () => {
  const waiting = now('SCHEDULED', { name: 'AwaitingRetry' })
  expect(fold(runOf(stateOf('CANCELLING')), reportOf([became(waiting, { release: true })]))).toMatchObject({
    change: { lease: 'end', raiseEpoch: false, states: [{ type: 'CANCELLED' }] },
  })
})

test('a script without a deployment cannot give its run back', () => {
  const run = runOf(stateOf('RUNNING'), { deploymentId: null })
  expect(fold(run, reportOf([became(now('SCHEDULED'), { release: true })]))).toMatchObject({ change: { lease: 'keep', raiseEpoch: false } })
})

test("an event is of the record's clock where the runner's was read, and of the author's where the author says when", () => {
  const ahead = 3_600_000
  const event = eventFact('run', { occurred: NOW - 5_000, time: NOW + ahead - 1_000 })
  const verdict = foldReport({ run: RUNNING(), report: reportOf([event]), sentAt: NOW + ahead, from: WORKER, now: NOW, newId })
  expect(verdict).toMatchObject({ facts: [{ occurred: NOW - 5_000, time: NOW - 1_000 }] })
})

test('the number of attempts never falls', () => {
  expect(fold(runOf(stateOf('PENDING'), { runCount: 3 }), reportOf([became(now('RUNNING'), { runCount: 2 })]))).not.toHaveProperty('change.runCount')
  expect(fold(runOf(stateOf('PENDING')), reportOf([became(now('RUNNING'), { runCount: 2 })]))).toMatchObject({ change: { runCount: 2 } })
})

test('a report that can never be read uses up its number, so that the sequence goes on', () => {
  expect(passOverReport(RUNNING(), { n: 1 })).toMatchObject({ lastN: 1, states: [], guard: { lastN: 0 }, lease: 'keep' })
})

const anyPresent = fc.constantFrom(...(Object.keys(REPORT_MATRIX) as PresentState[]))
const stateIn = (present: PresentState): State => (present === 'LOST' ? lost() : stateOf(present))

test('each reported state is taken as the matrix says, and nothing of it is dropped', () => {
  fc.assert(
    fc.property(anyPresent, fc.constantFrom(...STATE_TYPES), (present, type) => {
      const state = stateIn(present)
      const run = runOf(state, isFinal(state.type) ? {} : { holder: WORKER, heardAt: NOW })
      const reported = now(type)
      const verdict = fold(run, reportOf([became(reported)]))
      if (verdict.kind !== 'write') throw new Error(`not written: ${verdict.kind}`)
      const { states, history } = verdict.change
      const outcome = REPORT_MATRIX[presentState(state)][type]
      expect(states.some(({ id }) => id === reported.id)).toBe(outcome === 'accept')
      expect(history.some(({ id }) => id === reported.id)).toBe(outcome !== 'accept')
      if (outcome === 'cancel') expect(states.at(-1)?.type).toBe('CANCELLED')
    }),
  )
})

test('whatever a runner reports, in whatever order: times rise, no state is lost, the end ends the lease, and a final state stays unless it was lost', () => {
  const facts = fc.array(fc.record({ type: fc.constantFrom(...STATE_TYPES), at: fc.integer({ min: -90_000, max: 90_000 }), release: fc.boolean() }), {
    maxLength: 6,
  })
  fc.assert(
    fc.property(anyPresent, facts, fc.integer({ min: -400_000, max: 400_000 }), (present, reported, skew) => {
      const state = stateIn(present)
      const run = runOf(state, isFinal(state.type) ? {} : { holder: WORKER, heardAt: NOW })
      const told = reported.map(({ type, at, release }) => became(stateOf(type, { timestamp: NOW + at + skew }), { release }))
      const verdict = foldReport({ run, report: reportOf(told), sentAt: NOW + skew, from: WORKER, now: NOW, newId })
      if (verdict.kind !== 'write') throw new Error(`not written: ${verdict.kind}`)
      const { states, history, lease } = verdict.change
      const kept = new Set([...states, ...history].map(({ id }) => id))
      for (const fact of told) if (fact.kind === 'flow-run-state') expect(kept.has(fact.state.id)).toBe(true)
      let previous = state.timestamp
      for (const { timestamp } of states) {
        expect(timestamp).toBeGreaterThan(previous)
        previous = timestamp
      }
      if (isFinal(verdict.state.type)) expect(lease).toBe('end')
      if (isFinal(state.type) && !isLost(state)) expect(states).toEqual([])
    }),
    { numRuns: 1_000 },
  )
})
