import { expect, test } from 'vitest'
import { type PoolFacts, poolSentence, splitWorkers } from '../../web/src/lib/work-pools/pool-text.ts'

const pool = (part: Partial<PoolFacts>): string =>
  poolSentence({ isPaused: false, slotsUsed: 0, waitingCount: 0, concurrencyLimit: null, workers: [], ...part })
const workers: PoolFacts['workers'] = [
  { status: 'ONLINE', slots: 4, slotsUsed: 0 },
  { status: 'ONLINE', slots: 6, slotsUsed: 3 },
  { status: 'OFFLINE', slots: 100, slotsUsed: 0 },
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

test('a worker that drains counts with what it still holds', () => {
  const leaving: PoolFacts['workers'] = [{ status: 'DRAINING', slots: 8, slotsUsed: 2 }]
  expect(pool({ workers: [...workers, ...leaving], slotsUsed: 5 })).toBe('2 workers online, 1 draining, 5 of 12 slots used.')
  expect(pool({ workers: leaving, slotsUsed: 2, waitingCount: 1 })).toBe('No worker takes runs, 1 draining, 1 run waits.')
})

test('workers that are there stand first, then the last few that have gone; the rest is put away', () => {
  const at = (minute: number) => new Date(minute * 60_000).toISOString()
  const gone = [1, 5, 3, 2, 4].map((minute) => ({ name: `host-${minute}`, status: 'OFFLINE' as const, lastSeenAt: at(minute) }))
  const there = { name: 'z', status: 'ONLINE' as const, lastSeenAt: at(0) }
  const leaving = { name: 'a', status: 'DRAINING' as const, lastSeenAt: at(0) }
  const { shown, gone: rest } = splitWorkers([...gone, leaving, there])
  expect(shown.map(({ name }) => name)).toEqual(['z', 'a', 'host-5', 'host-4', 'host-3'])
  expect(rest.map(({ name }) => name)).toEqual(['host-2', 'host-1'])
})
