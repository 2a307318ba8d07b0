import { expect, test } from 'vitest'
import type { HomeQuery } from '../../web/src/lib/graphql/generated/graphql.ts'
import { barsOf, sayBars, totalsOf } from '../../web/src/lib/home/histogram.ts'
import { RANGES, readRange, stepsUntil } from '../../web/src/lib/home/home-range.ts'
import { endedHow, gatherFailing, gatherLate, oldestOf, stuckPools } from '../../web/src/lib/home/needs.ts'

type Run = HomeQuery['failed']['nodes'][number]
type Pool = HomeQuery['workPools']['nodes'][number]

const run = (name: string, { state = 'Failed', pool = 'local' } = {}) =>
  ({
    uuid: name,
    flow: { name },
    deployment: name.includes('/') ? { fullName: name } : null,
    state: { name: state, type: state.toUpperCase() },
    workPool: { id: pool, uuid: pool, name: pool },
  }) as Run
const pool = (uuid: string, part: Partial<Pool>) => ({ uuid, id: uuid, status: 'READY', waitingCount: 0, ...part }) as Pool

test('failed runs are one line for each thing that fails, the worst first, with the newest run of each', () => {
  const [first, second] = gatherFailing([run('b'), run('a/x'), run('a/x')], true)
  expect(first).toMatchObject({ name: 'a/x', count: 2, search: 'state=failed&state=crashed&deployment=a%2Fx' })
  expect(second).toMatchObject({ name: 'b', count: 1, search: 'state=failed&state=crashed&flow=b' })
})

test('crashed runs are told from failed ones', () => {
  const crashed = { state: 'Crashed' }
  const groups = gatherFailing([run('a'), run('b', crashed), run('a', crashed), run('c'), run('b', crashed)], true)
  expect(Object.fromEntries(groups.map((group) => [group.name, endedHow(group)]))).toEqual({ a: 'failed or crashed', b: 'crashed', c: 'failed' })
})

test('late runs are told by pool; a pool without a worker is told once', () => {
  const waiting = [
    run('a', { state: 'Scheduled' }),
    run('b', { state: 'Late' }),
    run('c', { state: 'Late' }),
    run('d', { state: 'Late', pool: 'eu' }),
  ]
  const late = gatherLate(waiting, true)
  expect(late.map(({ pool: { name }, late: count, oldest }) => [name, count, oldest.uuid])).toEqual([
    ['local', 2, 'b'],
    ['eu', 1, 'd'],
  ])
  const pools = [
    pool('local', { status: 'NOT_READY', waitingCount: 3 }),
    pool('idle', { status: 'NOT_READY' }),
    pool('held', { status: 'PAUSED', waitingCount: 1 }),
  ]
  expect(stuckPools(pools, late).map(({ uuid }) => uuid)).toEqual(['held'])
  expect(oldestOf(waiting, 'local')?.uuid).toBe('a')
  expect(oldestOf(waiting, 'nowhere')).toBeNull()
})

test('bars stack failures on top, and say what they hold', () => {
  const histogram = {
    from: '2026-11-21T12:00:00.000Z',
    to: '2026-11-21T12:02:00.000Z',
    step: 60,
    isExact: true,
    series: [
      { stateType: 'FAILED' as const, counts: [0, 2] },
      { stateType: 'COMPLETED' as const, counts: [3, 1] },
    ],
  }
  const bars = barsOf(histogram)
  expect(bars.map(({ total, bad }) => [total, bad])).toEqual([
    [3, 0],
    [3, 2],
  ])
  expect(bars[1]?.layers).toEqual([
    { type: 'COMPLETED', look: 'completed', count: 1, below: 0 },
    { type: 'FAILED', look: 'failed', count: 2, below: 1 },
  ])
  expect(new Date(bars[1]?.from ?? 0).toISOString()).toBe('2026-11-21T12:01:00.000Z')
  expect(totalsOf(histogram)).toEqual([
    { type: 'FAILED', count: 2 },
    { type: 'COMPLETED', count: 4 },
  ])
  expect(sayBars(bars)).toBe('2 failed, 4 completed')
  expect(sayBars([])).toBe('no runs')
})

test('steps end with the one that is going on, and are whole in the day of who looks', () => {
  const now = Date.parse('2026-11-21T12:34:56.000Z')
  const say = ({ from, to }: { from: number; to: number }) => [from, to].map((at) => new Date(at).toISOString().slice(0, 16))
  expect(say(stepsUntil(now, { step: 30 * 60_000, steps: 48 }, 0))).toEqual(['2026-11-20T13:00', '2026-11-21T13:00'])
  expect(say(stepsUntil(now, { step: 12 * 3_600_000, steps: 2 }, -60))).toEqual(['2026-11-20T23:00', '2026-11-21T23:00'])
  expect(stepsUntil(0, { step: 60_000, steps: 1 }, 0)).toEqual({ from: 0, to: 60_000 })
  expect(readRange(new URLSearchParams('range=7d')).value).toBe('7d')
  expect(readRange(new URLSearchParams('range=7y'))).toBe(RANGES[0])
})
