import { expect, test } from 'vitest'
import { type WaitingFacts, whyWaiting } from '../../core/why-waiting.ts'
import { NOW, stateOf } from './facts.ts'

const POOL: NonNullable<WaitingFacts['workPool']> = {
  name: 'local',
  type: 'process',
  isPaused: false,
  workersOnline: 1,
  workersDraining: 0,
  freeSlots: 1,
  workerLastSeenAt: NOW - 1_000,
  holders: [],
}
const why = ({ workPool = {}, ...init }: Partial<Omit<WaitingFacts, 'workPool'>> & { workPool?: Partial<typeof POOL> | null } = {}) =>
  whyWaiting({
    state: stateOf('SCHEDULED'),
    scheduledTime: null,
    hasHolder: false,
    hasDeployment: true,
    deployment: { name: 'daily', isPaused: false },
    workQueue: { name: 'default', isPaused: false },
    workPool: workPool && { ...POOL, ...workPool },
    earlier: [],
    limits: [],
    slots: [],
    now: NOW,
    ...init,
  })
const kinds = (...given: Parameters<typeof why>) => why(...given).map((reason) => reason.kind)

test('a run that is about to be taken, runs, stops or is over waits for nothing', () => {
  expect(why()).toEqual([])
  for (const type of ['RUNNING', 'CANCELLING', 'COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED'] as const)
    expect(why({ state: stateOf(type) })).toEqual([])
})

test('a running run whose tasks wait for slots names the limit and who holds it', () => {
  const holders = [{ flowRunId: 'first', name: 'etl/brave-otter load-0', since: NOW - 60_000 }]
  const slots = { name: 'db', max: 2, used: 2, decay: null, waiting: 3, since: NOW - 5_000, holders }
  expect(why({ state: stateOf('RUNNING'), slots: [slots, { ...slots, name: 'api', used: 1.4, decay: 0.5, waiting: 1, holders: [] }] })).toEqual([
    {
      kind: 'LIMIT_FULL',
      message: '3 things of the run wait for a slot of concurrency limit db: 2 of 2 taken',
      since: NOW - 5_000,
      until: null,
      holders,
      hint: 'Wait for one of them to give its slots back, or raise the limit',
    },
    expect.objectContaining({
      message: 'Something of the run waits for a slot of concurrency limit api: 2 of 2 used, 1 comes back every 2.0 s',
      holders: [],
    }),
  ])
})

test('a run that is not due says when', () => {
  expect(why({ scheduledTime: NOW + 72_000 })).toMatchObject([{ kind: 'NOT_DUE', message: 'Due in 1 m 12 s', until: NOW + 72_000 }])
})

test('a run that waits for an earlier one of its schedule names it', () => {
  const earlier = [{ flowRunId: 'first', name: 'brave-otter', since: NOW - 60_000 }]
  expect(why({ earlier })).toMatchObject([
    { kind: 'EARLIER_RUN', message: 'An earlier run of its schedule has not ended: brave-otter', holders: earlier },
  ])
})

test('every pause is named, each with what to do', () => {
  const paused = why({
    deployment: { name: 'daily', isPaused: true },
    workQueue: { name: 'default', isPaused: true },
    workPool: { isPaused: true },
  })
  expect(paused.map((reason) => reason.kind)).toEqual(['DEPLOYMENT_PAUSED', 'QUEUE_PAUSED', 'POOL_PAUSED'])
  expect(paused[0]).toMatchObject({ message: 'Deployment daily is paused', hint: 'Resume the deployment' })
})

test('a run that was lost says why it is due only later', () => {
  const state = stateOf('SCHEDULED', { message: 'The worker was lost while starting: its process has died' })
  expect(why({ state, scheduledTime: NOW + 20_000 })[0]?.message).toBe('Due in 20 s: The worker was lost while starting: its process has died')
})

test('workers that leave are not said to be gone', () => {
  const leaving = (workersDraining: number) => why({ workPool: { workersOnline: 0, workersDraining } })
  expect(leaving(1)).toMatchObject([
    { kind: 'NO_WORKER', message: 'The only worker of pool local is leaving and takes nothing new', hint: 'weir worker start --pool local' },
  ])
  expect(leaving(3)[0]?.message).toBe('All 3 workers of pool local are leaving and take nothing new')
})

test('without a worker the command that starts one is named', () => {
  expect(why({ workPool: { workersOnline: 0, workerLastSeenAt: null } })).toMatchObject([
    { kind: 'NO_WORKER', message: expect.stringContaining('there has never been one'), hint: 'weir worker start --pool local' },
  ])
  expect(why({ workPool: { workersOnline: 0, workerLastSeenAt: NOW - 120_000 } })[0]?.message).toContain('heard 2 m 0 s ago')
})

test('full workers and full limits name who holds their slots', () => {
  const holders = [{ flowRunId: 'a', name: 'first', since: NOW }]
  const limits = [
    { name: 'daily', kind: 'deployment' as const, max: 1, used: 1, holders },
    { name: 'roomy', kind: 'queue' as const, max: 2, used: 1, holders: [] },
  ]
  expect(why({ workPool: { freeSlots: 0, holders }, limits })).toMatchObject([
    { kind: 'NO_FREE_SLOT', holders },
    { kind: 'LIMIT_FULL', message: 'The limit of deployment daily is full: 1 of 1 taken', holders },
  ])
})

test('a run that belongs to no pool says how to deploy it', () => {
  expect(kinds({ workPool: null })).toEqual(['NO_DEPLOYMENT'])
  expect(why({ hasDeployment: false })[0]?.hint).toContain('weir deploy')
})

test('a retry says what went wrong and when the next attempt is', () => {
  const until = NOW + 5_000
  const state = stateOf('SCHEDULED', { name: 'AwaitingRetry', message: 'Attempt 1 of 2 failed: no luck', details: { scheduledTime: until } })
  for (const hasHolder of [true, false])
    expect(why({ state, scheduledTime: until, hasHolder })).toMatchObject([
      { kind: 'WAITING_FOR_RETRY', message: 'Attempt 1 of 2 failed: no luck. The next one in 5.0 s', until },
    ])
})

test('the command that starts a worker names the pool as a shell takes it', () => {
  expect(why({ workPool: { name: "Ada's pool", workersOnline: 0 } })[0]?.hint).toBe(`weir worker start --pool 'Ada'\\''s pool'`)
})

test('a run that starts, and one that waits for a person, say so', () => {
  expect(kinds({ state: stateOf('PENDING') })).toEqual(['STARTING'])
  expect(why({ state: stateOf('PAUSED', { message: 'Approve the report', details: { pauseUntil: NOW + 1 } }) })).toMatchObject([
    { kind: 'WAITING_FOR_INPUT', message: 'Approve the report', until: NOW + 1 },
  ])
})
