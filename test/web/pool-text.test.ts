import { expect, test } from 'vitest'
import { type PoolFacts, poolSentence } from '../../web/src/lib/work-pools/pool-text.ts'

const pool = (part: Partial<PoolFacts>): string =>
  poolSentence({ isPaused: false, slotsUsed: 0, waitingCount: 0, concurrencyLimit: null, workers: [], ...part })
const workers: PoolFacts['workers'] = [
  { status: 'ONLINE', slots: 4 },
  { status: 'ONLINE', slots: 6 },
  { status: 'OFFLINE', slots: 100 },
]

test('a pool counts the workers that are online and their slots', () => {
  expect(pool({ workers, slotsUsed: 3 })).toBe('2 workers online, 3 of 10 slots used.')
  expect(pool({ workers: workers.slice(0, 1), waitingCount: 1 })).toBe('1 worker online, 0 of 4 slots used, 1 run waits.')
})

test('a limit of the pool that is lower than its slots is what counts', () => {
  expect(pool({ workers, concurrencyLimit: 5, slotsUsed: 5, waitingCount: 12 })).toBe('2 workers online, 5 of 5 slots used, 12 runs wait.')
})

test('a paused pool and one without workers say that first', () => {
  expect(pool({ isPaused: true, workers, waitingCount: 2 })).toBe('Paused: nothing is given out, 2 runs wait.')
  expect(pool({ workers: workers.slice(2) })).toBe('No worker is online.')
})
