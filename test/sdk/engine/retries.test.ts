import { expect, test } from 'vitest'
import { type Duration, flow, RetryAfter, type TaskContext, task } from '../../../sdk/index.ts'
import { fakeClock, runFlow } from '../../../sdk/testing.ts'

const namesOf = (states: readonly { name: string }[]) => states.map(({ name }) => name)
/** Milliseconds that each AwaitingRetry asks for. */
const waitsOf = (states: readonly { name: string; timestamp: number; details: { scheduledTime?: number } }[]) =>
  states.filter(({ name }) => name === 'AwaitingRetry').map(({ timestamp, details }) => Math.round((details.scheduledTime ?? 0) - timestamp))

test('waits of hours take no time by a fake clock, and show the instants as though they had', async () => {
  using clock = fakeClock({ now: '2026-01-01T08:00:00Z' })
  const slow = task({ name: 'slow', retries: { count: 2, delay: ['1h', '3h'] } }, ({ attempt }: TaskContext) => {
    if (attempt < 3) throw new Error('not yet')
    return attempt
  })
  const run = await runFlow(flow({ name: 'f' }, () => slow()))
  expect(run.value).toBe(3)
  expect(waitsOf(run.taskRuns[0]?.states ?? [])).toEqual([3_600_000, 10_800_000])
  expect(new Date(run.state.timestamp).toISOString()).toMatch(/^2026-01-01T12:00/)
  expect(clock.now().toISOString()).toMatch(/^2026-01-01T12:00/)
})

test('without jumping, a wait ends when the clock is put forward past it', async () => {
  using clock = fakeClock({ jump: false })
  const states: string[] = []
  const waiting = Promise.withResolvers<void>()
  const later = task(
    {
      name: 'later',
      retries: { count: 1, delay: '10m', when: () => Boolean(setImmediate(waiting.resolve)) },
    },
    ({ attempt }: TaskContext) => {
      states.push(`attempt ${attempt}`)
      if (attempt === 1) throw new Error('no')
    },
  )
  const running = runFlow(flow({ name: 'f' }, () => later()))
  await waiting.promise
  clock.advance('9m')
  await new Promise((resolve) => setImmediate(resolve))
  expect(states).toEqual(['attempt 1'])
  clock.advance('1m')
  expect((await running).state.type).toBe('COMPLETED')
  expect(states).toEqual(['attempt 1', 'attempt 2'])
})

test('jitter spreads every wait within its share, and no two alike', async () => {
  using _ = fakeClock()
  const flaky = task({ name: 'flaky', retries: { count: 40, delay: '10s', jitter: 0.5 } }, () => {
    throw new Error('no')
  })
  const run = await runFlow(flow({ name: 'f' }, () => flaky()))
  const waits = waitsOf(run.taskRuns[0]?.states ?? [])
  expect(waits).toHaveLength(40)
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(5_000)
  expect(Math.max(...waits)).toBeLessThanOrEqual(15_000)
  expect(new Set(waits).size).toBeGreaterThan(30)
  // Both sides of the middle: evenly, not only later.
  expect(Math.min(...waits)).toBeLessThan(9_000)
  expect(Math.max(...waits)).toBeGreaterThan(11_000)
})

test('RetryAfter says itself when to come again: instead of the delay, whatever the condition says, as often as the policy allows', async () => {
  using _ = fakeClock()
  const limited = task(
    { name: 'limited', retries: { count: 2, delay: '1s', jitter: 1, when: (error) => !(error instanceof RetryAfter) } },
    ({ attempt }: TaskContext) => {
      if (attempt < 3) throw new RetryAfter(attempt === 1 ? '30s' : 90_000, 'quota used up')
      return 'through'
    },
  )
  const run = await runFlow(flow({ name: 'f' }, () => limited()))
  expect(run.value).toBe('through')
  expect(waitsOf(run.taskRuns[0]?.states ?? [])).toEqual([30_000, 90_000])
  expect(run.taskRuns[0]?.states.find(({ name }) => name === 'AwaitingRetry')?.message).toContain('quota used up')
  const without = await runFlow(flow({ name: 'f' }, () => limited.with({ retries: 0 })()))
  expect(without.state).toMatchObject({ type: 'FAILED', message: expect.stringContaining('quota used up') })
})

test('RetryAfter of a flow is heeded too, and by a retry policy that came from its deployment', async () => {
  using _ = fakeClock()
  const nightly = flow({ name: 'nightly', retries: { count: 1, delay: '1s' } }, (_parameters, { attempt }) => {
    if (attempt === 1) throw new RetryAfter(new Date(Date.now() + 45_000))
    return attempt
  })
  const run = await runFlow(nightly)
  expect(namesOf(run.states)).toEqual(['Running', 'AwaitingRetry', 'Retrying', 'Completed'])
  expect(waitsOf(run.states)[0]).toBeGreaterThan(40_000)
  expect(waitsOf(run.states)[0]).toBeLessThanOrEqual(45_000)
})

test('a RetryAfter without a duration is a mistake that names what was expected', () => {
  expect(() => new RetryAfter('soon' as Duration)).toThrow(/RetryAfter: "soon" is no duration/)
})

test('a delay function gets the error that it is about', async () => {
  using _ = fakeClock()
  const limited = task(
    { name: 'limited', retries: { count: 1, delay: ({ error }) => (error as { wait: number }).wait } },
    ({ attempt }: TaskContext) => {
      if (attempt === 1) throw Object.assign(new Error('no'), { wait: 7_000 })
    },
  )
  const run = await runFlow(flow({ name: 'f' }, () => limited()))
  expect(waitsOf(run.taskRuns[0]?.states ?? [])).toEqual([7_000])
})
