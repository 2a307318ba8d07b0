import { beforeEach, expect, test } from 'vitest'
import { TIMINGS } from '../../core/timings.ts'
import { type ClaimSight, WaitingRuns } from '../../core/waiting-runs.ts'
import { NOW } from './facts.ts'

let waiting: WaitingRuns
beforeEach(() => {
  waiting = new WaitingRuns(TIMINGS)
})

/** A claim with room begins and ends; it saw nothing, unless told otherwise. */
function claim(now: number, sight: Partial<ClaimSight> = {}) {
  waiting.beginClaim(true)
  return waiting.claimed({ nextDue: null, nothingWaits: true, cameTooLate: false, ...sight }, now)
}

test('a ring for now or before is a reason to look, one for later says when to wake', () => {
  expect(waiting.rung(null, NOW)).toBe(true)
  expect(waiting.rung(NOW, NOW)).toBe(true)
  expect(waiting.nextDue).toBeNull()
  expect(waiting.rung(NOW + 2_000, NOW)).toBe(false)
  expect(waiting.rung(NOW + 3_000, NOW)).toBe(false)
  expect(waiting.nextDue).toBe(NOW + 2_000)
})

test('a schedule may bring the next run forward, and never puts it off', () => {
  waiting.nextIs(NOW + 2_000)
  waiting.nextIs(NOW + 3_000)
  waiting.nextIs(null)
  expect(waiting.nextDue).toBe(NOW + 2_000)
  waiting.nextIs(NOW + 1_000)
  expect(waiting.nextDue).toBe(NOW + 1_000)
})

test('nothing is known to wait only after a claim that saw nothing, and for a while', () => {
  expect(waiting.isNothing(NOW)).toBe(false)
  claim(NOW, { nothingWaits: false })
  expect(waiting.isNothing(NOW)).toBe(false)
  claim(NOW)
  expect(waiting.isNothing(NOW + TIMINGS.judgeAlarm - 1)).toBe(true)
  expect(waiting.isNothing(NOW + TIMINGS.judgeAlarm)).toBe(false)
})

test('a ring, or anything else that may have brought a run, ends what was known', () => {
  claim(NOW)
  waiting.rung(null, NOW + 1)
  expect(waiting.isNothing(NOW + 1)).toBe(false)
  claim(NOW + 1)
  waiting.mayHaveCome()
  expect(waiting.isNothing(NOW + 2)).toBe(false)
})

test('a ring while a claim is under way may tell of what the claim did not see', () => {
  waiting.beginClaim(true)
  waiting.rung(null, NOW)
  waiting.claimed({ nextDue: null, nothingWaits: true, cameTooLate: false }, NOW + 1)
  expect(waiting.isNothing(NOW + 1)).toBe(false)
})

test('what was rung for later while a claim was under way is kept beside what the claim saw, until the next one has seen it', () => {
  waiting.beginClaim(true)
  waiting.rung(NOW + 5_000, NOW)
  expect(waiting.claimed({ nextDue: NOW + 8_000, nothingWaits: true, cameTooLate: false }, NOW)).toBe(NOW + 5_000)
  expect(claim(NOW + 1, { nextDue: NOW + 8_000 })).toBe(NOW + 8_000)
  expect(claim(NOW + 2)).toBeNull()
})

test('a run that becomes due is told once, waits from then on, and a claim is owed for it', () => {
  claim(NOW, { nextDue: NOW + 2_000 })
  expect(waiting.isNothing(NOW + 1_999)).toBe(true)
  expect(waiting.takeDue(NOW + 1_999)).toBe(false)
  expect(waiting.owesClaim).toBe(false)
  expect(waiting.takeDue(NOW + 2_000)).toBe(true)
  expect(waiting.takeDue(NOW + 2_000)).toBe(false)
  expect(waiting.isNothing(NOW + 2_000)).toBe(false)
  expect(waiting.owesClaim).toBe(true)
})

test('an owed claim is taken once, and owed again when it finds no room or came too late', () => {
  waiting.oweClaim()
  expect(waiting.takeOwedClaim()).toBe(true)
  expect(waiting.takeOwedClaim()).toBe(false)
  waiting.beginClaim(false)
  expect(waiting.owesClaim).toBe(true)
  claim(NOW)
  expect(waiting.owesClaim).toBe(false)
  claim(NOW, { nothingWaits: false, cameTooLate: true })
  expect(waiting.owesClaim).toBe(true)
})
