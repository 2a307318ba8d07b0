import { expect, test } from 'vitest'
import type { Instant } from '../../../core/instant.ts'
import { type HeldSchedule, type OccurrenceRun, settleOccurrences } from '../../../core/schedules/settle-occurrences.ts'
import { isFinal, makeState, type StateType } from '../../../core/states.ts'
import { newId, runOf } from '../facts.ts'

const MINUTE = 60_000
const NOON = Date.parse('2026-05-01T12:00:00Z')

interface Shape {
  /** Minutes after noon. */
  at: number
  type?: StateType
  ended?: number
  started?: boolean
  met?: boolean
  epoch?: number
}

/** Settles what is SCHEDULED among these runs at so many minutes after noon; every run afterwards in one word. */
function settle(shapes: Shape[], now: number, over: Partial<HeldSchedule> = {}): string[] {
  const runs = shapes.map(
    ({ at, type = 'SCHEDULED', ended, started = type === 'RUNNING' || ended !== undefined, met = true, epoch = 1 }): OccurrenceRun => {
      const occurrence = NOON + at * MINUTE
      const endTime = ended === undefined ? null : NOON + ended * MINUTE
      const state = makeState({
        id: newId(),
        type,
        timestamp: (endTime ?? occurrence) as Instant,
        details: type === 'SCHEDULED' ? { scheduledTime: occurrence } : {},
      })
      return {
        facts: runOf(state, {
          id: newId(),
          epoch,
          runCount: started ? 1 : 0,
          startTime: started ? occurrence : null,
          holder: isFinal(type) || type === 'SCHEDULED' ? null : { kind: 'worker', sessionId: 'session' },
        }),
        occurrence,
        isMet: met,
        endTime,
      }
    },
  )
  const schedule: HeldSchedule = {
    slug: 'often',
    catchUp: 'skip',
    maxLateness: 5 * MINUTE,
    overlap: 'allow',
    filledUntil: NOON + 1_000 * MINUTE,
    held: runs.filter(({ facts }) => facts.state.type === 'SCHEDULED').map(({ facts }) => facts.id),
    runs,
    ...over,
  }
  const changes = settleOccurrences(schedule, NOON + now * MINUTE, newId)
  expect(new Set(changes.map(({ flowRunId }) => flowRunId)).size).toBe(changes.length)
  return runs.map(({ facts }) => {
    const state = changes.find(({ flowRunId }) => flowRunId === facts.id)?.states.at(-1)
    return state ? (isFinal(state.type) ? state.name : state.type) : '-'
  })
}

const unmet = (at: number): Shape => ({ at, met: false })

test('missed: nobody was there from its instant until maxLateness later', () => {
  expect(settle([unmet(0), unmet(1), { at: 0.5 }], 5.5)).toEqual(['Missed', '-', '-'])
  expect(settle([unmet(0), unmet(1), unmet(2)], 60)).toEqual(['Missed', 'Missed', 'Missed'])
  expect(settle([unmet(0), unmet(1), unmet(2)], 60, { catchUp: 'latest' })).toEqual(['Missed', 'Missed', '-'])
  expect(settle([unmet(0), unmet(1)], 60, { catchUp: 'all' })).toEqual(['-', '-'])
})

test('latest: what is newer and still goes, runs or ran takes its place; what was given up does not', () => {
  const latest = { catchUp: 'latest' } as const
  expect(settle([unmet(0), { at: 1, type: 'RUNNING' }], 60, latest)).toEqual(['Missed', '-'])
  expect(settle([unmet(0), { at: 1, type: 'COMPLETED', ended: 2 }], 60, latest)).toEqual(['Missed', '-'])
  expect(settle([unmet(0), { at: 1, type: 'CANCELLED', ended: 2, started: false }], 60, latest)).toEqual(['-', '-'])
  // A newer one may still have to be made: nothing is decided for the newest known.
  expect(settle([unmet(0), unmet(1)], 60, { ...latest, filledUntil: NOON + 2 * MINUTE })).toEqual(['Missed', '-'])
})

test('what a person has queued again is neither missed nor skipped', () => {
  expect(settle([{ at: 0, met: false, epoch: 2 }], 60)).toEqual(['-'])
  expect(
    settle(
      [
        { at: 0, type: 'RUNNING' },
        { at: 1, epoch: 2 },
      ],
      60,
      { overlap: 'skip' },
    ),
  ).toEqual(['-', '-'])
})

test('skip looks at what had not ended at the instant itself, however late it is asked', () => {
  const skip = { overlap: 'skip' } as const
  expect(settle([{ at: 0, type: 'RUNNING' }, { at: 1 }, { at: 2 }], 3, skip)).toEqual(['-', 'Skipped', 'Skipped'])
  expect(settle([{ at: 0, type: 'COMPLETED', ended: 1.5 }, { at: 1 }, { at: 2 }], 60, skip)).toEqual(['-', 'Skipped', '-'])
  expect(settle([{ at: 0, type: 'CANCELLED', ended: 50, started: false }, { at: 1 }], 60, skip)).toEqual(['-', '-'])
  expect(settle([{ at: 0 }, { at: 1 }, { at: 2 }], 3, skip)).toEqual(['-', 'Skipped', 'Skipped'])
  // What was missed is in nobody's way.
  expect(settle([unmet(0), { at: 1 }], 60, skip)).toEqual(['Missed', '-'])
})

test('queue-one lets one wait, queue-all all', () => {
  const queue = { overlap: 'queue-one' } as const
  expect(settle([{ at: 0, type: 'RUNNING' }, { at: 1 }, { at: 2 }, { at: 3 }], 4, queue)).toEqual(['-', '-', 'Skipped', 'Skipped'])
  expect(settle([{ at: 0, type: 'COMPLETED', ended: 2.5 }, { at: 1 }, { at: 2 }, { at: 3 }], 4, queue)).toEqual(['-', '-', 'Skipped', '-'])
  expect(settle([{ at: 0, type: 'RUNNING' }, { at: 1 }, { at: 2 }], 4, { overlap: 'queue-all' })).toEqual(['-', '-', '-'])
})

test('cancel-running and terminate-running make every earlier one give way to the newest', () => {
  const shapes: Shape[] = [{ at: 0, type: 'RUNNING' }, { at: 1 }, { at: 2 }]
  expect(settle(shapes, 3, { overlap: 'cancel-running' })).toEqual(['CANCELLING', 'Cancelled', '-'])
  expect(settle(shapes, 3, { overlap: 'terminate-running' })).toEqual(['Cancelled', 'Cancelled', '-'])
  expect(settle([{ at: 0, type: 'CANCELLING' }, { at: 2 }], 3, { overlap: 'cancel-running' })).toEqual(['-', '-'])
  expect(settle([{ at: 0, type: 'CANCELLING' }, { at: 2 }], 3, { overlap: 'terminate-running' })).toEqual(['Cancelled', '-'])
})
