/** The simulated world keeps the invariants of docs/protocol.md, whatever goes wrong in it. A failing seed names the command that replays it. */
import { expect, test } from 'vitest'
import { simulate } from './simulate.ts'

const SEEDS = 300
const STEPS = 2_000

test(`${SEEDS} worlds of ${STEPS} steps keep every invariant, and settle when the faults stop`, () => {
  const ends = new Map<string, number>()
  for (let seed = 1; seed <= SEEDS; seed++) {
    for (const [name, count] of simulate({ seed, steps: STEPS }).ends) ends.set(name, (ends.get(name) ?? 0) + count)
  }
  // A world in which hardly anything runs proves nothing.
  for (const name of ['Completed', 'Failed', 'Cancelled', 'Crashed']) expect(ends.get(name)).toBeGreaterThan(100)
})

const SCHEDULED_SEEDS = 60

test(`${SCHEDULED_SEEDS} worlds with schedules lose no occurrence and make none twice, whatever becomes of those who make them`, () => {
  const ends = new Map<string, number>()
  for (let seed = 1; seed <= SCHEDULED_SEEDS; seed++) {
    for (const [name, count] of simulate({ seed, steps: STEPS, theme: { schedules: 3 } }).ends) ends.set(name, (ends.get(name) ?? 0) + count)
  }
  for (const name of ['Completed', 'Missed', 'Skipped']) expect(ends.get(name)).toBeGreaterThan(100)
})

const FAMILY_SEEDS = 60

test(`${FAMILY_SEEDS} worlds in which runs start runs cancel every child with its parent`, () => {
  let cancelled = 0
  for (let seed = 1; seed <= FAMILY_SEEDS; seed++)
    cancelled += simulate({ seed, steps: STEPS, theme: { childShare: 0.6 } }).ends.get('Cancelled') ?? 0
  expect(cancelled).toBeGreaterThan(100)
})

test('a database that is refused again and again, in just the moments in which contact is written, costs nobody a lease', () => {
  const theme = { childShare: 0.9, faults: ['database refused'], every: 5_000, longShare: 0.9, slowShare: 0.6 }
  for (let seed = 80; seed <= 110; seed++) simulate({ seed, steps: STEPS, theme })
})

test('the same seed gives the same world, step by step', () => {
  const tell = () => {
    const lines: string[] = []
    simulate({ seed: 7, steps: STEPS, trace: (line) => lines.push(line) })
    return lines
  }
  const told = tell()
  expect(told.length).toBeGreaterThan(100)
  expect(tell()).toEqual(told)
})
