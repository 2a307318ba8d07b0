import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type AssignmentFacts, decideAssignment, mustLetGo } from '../../core/holder.ts'

const facts = (init: Partial<AssignmentFacts> = {}): AssignmentFacts => ({
  begun: null,
  hasEnded: true,
  waiting: null,
  handedBack: null,
  draining: false,
  free: 1,
  slots: 2,
  ...init,
})
const decide = (epoch: number, init: Partial<AssignmentFacts> = {}) => decideAssignment({ epoch }, facts(init))

test('an assignment starts where there is room', () => {
  expect(decide(1)).toEqual({ kind: 'start' })
})

test('the same assignment arrives again: it is known, also long after its end', () => {
  expect(decide(1, { begun: 1, hasEnded: false })).toEqual({ kind: 'known' })
  expect(decide(1, { begun: 1, hasEnded: true })).toEqual({ kind: 'known' })
  expect(decide(2, { begun: 1, hasEnded: false, waiting: 2 })).toEqual({ kind: 'known' })
})

test('one that is older than what is here is not answered', () => {
  expect(decide(1, { begun: 2 })).toEqual({ kind: 'ignore' })
  expect(decide(2, { begun: 1, hasEnded: false, waiting: 3 })).toEqual({ kind: 'ignore' })
})

test('what was handed back is never begun, a later epoch of it is', () => {
  expect(decide(1, { handedBack: 1 })).toMatchObject({ kind: 'hand-back' })
  expect(decide(2, { handedBack: 1 })).toEqual({ kind: 'start' })
})

test('a later epoch begins only when the process of the earlier one has ended', () => {
  expect(decide(2, { begun: 1, hasEnded: false })).toEqual({ kind: 'wait' })
  expect(decide(2, { begun: 1, hasEnded: true })).toEqual({ kind: 'start' })
})

test('a full or draining worker hands back, and says why', () => {
  expect(decide(1, { free: 0 })).toEqual({ kind: 'hand-back', reason: 'all 2 slots of the worker are taken' })
  expect(decide(1, { draining: true })).toEqual({ kind: 'hand-back', reason: 'the worker is draining' })
})

test('however assignments arrive, an epoch begins at most once, no slot is taken twice, and no two epochs overlap', () => {
  type Step = { kind: 'assign'; epoch: number } | { kind: 'end' | 'drain' | 'fill' | 'free' }
  const step = fc.oneof(
    fc.integer({ min: 1, max: 4 }).map((epoch): Step => ({ kind: 'assign', epoch })),
    fc.constantFrom('end' as const, 'drain' as const, 'fill' as const, 'free' as const).map((kind): Step => ({ kind })),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const know = facts()
      const begun = new Set<number>()
      const begin = (epoch: number) => {
        expect(begun.has(epoch)).toBe(false)
        expect(know.hasEnded).toBe(true)
        begun.add(epoch)
        Object.assign(know, { begun: epoch, hasEnded: false })
      }
      for (const one of steps) {
        if (one.kind === 'assign') {
          const verdict = decideAssignment(one, know)
          if (verdict.kind === 'start') {
            expect(know.free > 0 && !know.draining).toBe(true)
            begin(one.epoch)
          } else if (verdict.kind === 'wait') know.waiting = one.epoch
          else if (verdict.kind === 'hand-back') know.handedBack = Math.max(know.handedBack ?? 0, one.epoch)
        } else if (one.kind === 'drain') know.draining = true
        else if (one.kind === 'fill') know.free = 0
        else if (one.kind === 'free') know.free = 1
        else {
          know.hasEnded = true
          const { waiting } = know
          know.waiting = null
          if (waiting !== null) begin(waiting)
        }
      }
    }),
    { numRuns: 500 },
  )
})

test('a run is let go when its fence has passed, if it asked for that or if nobody knows that it started', () => {
  const run = {
    flowRunId: 'run',
    epoch: 1,
    fence: { wall: 100, monotonic: 100 },
    onContactLost: 'continue' as const,
    startAgain: false,
    runningAcknowledged: false,
  }
  const [before, after] = [
    { wall: 99, monotonic: 99 },
    { wall: 100, monotonic: 50 },
  ]
  expect(mustLetGo({ ...run, onContactLost: 'stop' }, before)).toBe(false)
  expect(mustLetGo({ ...run, onContactLost: 'stop' }, after)).toBe(true)
  expect(mustLetGo({ ...run, startAgain: true }, after)).toBe(true)
  expect(mustLetGo({ ...run, startAgain: true, runningAcknowledged: true }, after)).toBe(false)
  expect(mustLetGo(run, { wall: 1e9, monotonic: 1e9 })).toBe(false)
})
