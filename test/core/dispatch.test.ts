import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Choice, chooseAssignments, roomiest, type WaitingRun } from '../../core/dispatch.ts'
import { NOW } from './facts.ts'

const waitingRun = (flowRunId: string, init: Partial<WaitingRun> = {}): WaitingRun => ({
  flowRunId,
  epoch: 1,
  workQueueId: 'queue',
  scheduledTime: NOW - 1_000,
  limitIds: [],
  ...init,
})
const choose = (choice: Partial<Choice>) =>
  chooseAssignments({
    waiting: [],
    queues: [
      { id: 'queue', priority: 2, isPaused: false },
      { id: 'first', priority: 1, isPaused: false },
    ],
    limits: [],
    workers: [{ sessionId: 'worker', free: 10, queueIds: [] }],
    now: NOW,
    ...choice,
  })
const order = (choice: Partial<Choice>) => choose(choice).map((one) => one.flowRunId)

test('runs go out by queue priority, then by due time, then by id', () => {
  const waiting = [
    waitingRun('d', { scheduledTime: NOW }),
    waitingRun('c'),
    waitingRun('b'),
    waitingRun('a', { workQueueId: 'first', scheduledTime: NOW }),
  ]
  expect(order({ waiting })).toEqual(['a', 'b', 'c', 'd'])
})

test('what is not due, or waits in a paused or unknown queue, stays', () => {
  const waiting = [
    waitingRun('later', { scheduledTime: NOW + 1 }),
    waitingRun('paused', { workQueueId: 'paused' }),
    waitingRun('unknown', { workQueueId: 'x' }),
  ]
  expect(
    order({
      waiting,
      queues: [
        { id: 'queue', priority: 1, isPaused: false },
        { id: 'paused', priority: 1, isPaused: true },
      ],
    }),
  ).toEqual([])
})

test('a run that a limit blocks never blocks those behind it', () => {
  const limits = [{ id: 'full', max: 1, used: 1 }]
  expect(order({ waiting: [waitingRun('a', { limitIds: ['full'] }), waitingRun('b')], limits })).toEqual(['b'])
})

test('a limit below its use gives nothing out, and an unknown one counts as full', () => {
  const limits = [{ id: 'lowered', max: 1, used: 3 }]
  expect(order({ waiting: [waitingRun('a', { limitIds: ['lowered'] }), waitingRun('b', { limitIds: ['unknown'] })], limits })).toEqual([])
})

test('several limits are taken together or not at all', () => {
  const limits = [
    { id: 'roomy', max: 1, used: 0 },
    { id: 'full', max: 1, used: 1 },
  ]
  expect(order({ waiting: [waitingRun('both', { limitIds: ['roomy', 'full'] }), waitingRun('one', { limitIds: ['roomy'] })], limits })).toEqual([
    'one',
  ])
})

test('each run goes to the worker with the most room among those that serve its queue', () => {
  const workers = [
    { sessionId: 'small', free: 1, queueIds: [] },
    { sessionId: 'other', free: 9, queueIds: ['first'] },
    { sessionId: 'big', free: 3, queueIds: ['queue'] },
  ]
  const chosen = choose({ waiting: ['a', 'b', 'c', 'd', 'e'].map((id) => waitingRun(id)), workers })
  expect(chosen.map((one) => one.sessionId)).toEqual(['big', 'big', 'big', 'small'])
  expect(roomiest(workers, 'nobody')).toMatchObject({ sessionId: 'small' })
  expect(roomiest([], 'queue')).toBeUndefined()
})

const anyChoice: fc.Arbitrary<Choice> = fc.record({
  waiting: fc.uniqueArray(
    fc.record({
      flowRunId: fc.nat(200).map(String),
      epoch: fc.constant(1),
      workQueueId: fc.constantFrom('q1', 'q2', 'q3', 'gone'),
      scheduledTime: fc.integer({ min: NOW - 5, max: NOW + 3 }),
      limitIds: fc.subarray(['l1', 'l2', 'l3']),
    }),
    { selector: (run) => run.flowRunId, maxLength: 30 },
  ),
  queues: fc.tuple(
    ...['q1', 'q2', 'q3'].map((id) => fc.record({ id: fc.constant(id), priority: fc.integer({ min: 1, max: 3 }), isPaused: fc.boolean() })),
  ),
  limits: fc.tuple(...['l1', 'l2', 'l3'].map((id) => fc.record({ id: fc.constant(id), max: fc.nat(6), used: fc.nat(6) }))),
  workers: fc
    .array(fc.record({ free: fc.nat(5), queueIds: fc.subarray(['q1', 'q2', 'q3']) }), { maxLength: 4 })
    .map((workers) => workers.map((worker, index) => ({ sessionId: `s${index}`, ...worker }))),
  now: fc.constant(NOW),
})

test('whatever waits: no limit and no worker is passed, nothing goes out twice, and nothing that could go out stays', () => {
  fc.assert(
    fc.property(anyChoice, (choice) => {
      const chosen = chooseAssignments(choice)
      const runs = new Map(choice.waiting.map((run) => [run.flowRunId, run]))
      const given = new Set(chosen.map((one) => one.flowRunId))
      expect(given.size).toBe(chosen.length)
      const used = new Map(choice.limits.map(({ id, used }) => [id, used]))
      const free = new Map(choice.workers.map(({ sessionId, free }) => [sessionId, free]))
      for (const { flowRunId, sessionId, limitIds } of chosen) {
        const run = runs.get(flowRunId)
        const worker = choice.workers.find((one) => one.sessionId === sessionId)
        expect(run && run.scheduledTime <= NOW).toBe(true)
        expect(worker?.queueIds.length === 0 || worker?.queueIds.includes(run?.workQueueId ?? '')).toBe(true)
        for (const id of limitIds) used.set(id, (used.get(id) ?? 0) + 1)
        free.set(sessionId, (free.get(sessionId) ?? 0) - 1)
      }
      for (const left of free.values()) expect(left).toBeGreaterThanOrEqual(0)
      for (const { id, max, used: before } of choice.limits) expect((used.get(id) ?? 0) <= max || used.get(id) === before).toBe(true)
      for (const run of choice.waiting) {
        const queue = choice.queues.find((one) => one.id === run.workQueueId)
        if (given.has(run.flowRunId) || run.scheduledTime > NOW || !queue || queue.isPaused) continue
        const isBlocked = run.limitIds.some((id) => (used.get(id) ?? 0) >= (choice.limits.find((limit) => limit.id === id)?.max ?? 0))
        const hasWorker = choice.workers.some(
          ({ sessionId, queueIds }) => (free.get(sessionId) ?? 0) > 0 && (queueIds.length === 0 || queueIds.includes(run.workQueueId)),
        )
        expect(isBlocked || !hasWorker).toBe(true)
      }
    }),
    { numRuns: 1_000 },
  )
})
