import { expect, test } from 'vitest'
import { colourOf, isFinal, isWaiting, lookOf, STATE_TYPES, wordOf } from '../../web/src/lib/states/state-look.ts'

test('every type of state has a shape of its own', () => {
  expect(new Set(STATE_TYPES.map((type) => lookOf(type))).size).toBe(STATE_TYPES.length)
})

test('late and waiting to retry stand out, other names look like their type', () => {
  expect([lookOf('SCHEDULED', 'Late'), lookOf('SCHEDULED', 'AwaitingRetry'), lookOf('SCHEDULED', 'Tuesday'), lookOf('FAILED', 'Late')]).toEqual([
    'late',
    'retry',
    'scheduled',
    'failed',
  ])
})

test('names are told in words, an author’s own word as it is', () => {
  expect([wordOf('AwaitingRetry'), wordOf('TimedOut'), wordOf('Rerouted')]).toEqual(['Waiting to retry', 'Timed out', 'Rerouted'])
})

test('no state is both over and waiting', () => {
  expect(STATE_TYPES.filter(isFinal)).toEqual(['COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED'])
  expect(STATE_TYPES.filter((type) => isFinal(type) && isWaiting(type))).toEqual([])
})

test('colours are tokens, so that both themes have them', () => {
  for (const type of STATE_TYPES) expect(colourOf(lookOf(type))).toMatch(/^var\(--[a-z]+\)$/)
})
