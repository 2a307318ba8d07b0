import { expect, test } from 'vitest'
import { flow, task } from '../../../sdk/index.ts'
import { policyFor, type Retries, resolveRetries } from '../../../sdk/retries/retry-policy.ts'
import { runFlow } from '../../../sdk/testing.ts'

const plain = (retries: Retries) => resolveRetries(retries, 'task "load"').policy

test('a number is the count alone', () => {
  expect(plain(3)).toEqual({ count: 3, delay: 0, jitter: 0 })
})

test('delays are durations: one, a list, or growth with its defaults', () => {
  expect(plain({ count: 1, delay: '1m30s' }).delay).toBe(90_000)
  expect(plain({ count: 2, delay: [250, '2s'] }).delay).toEqual([250, 2_000])
  expect(plain({ count: 5, delay: { initial: '1s' }, jitter: 0.3 })).toEqual({
    count: 5,
    delay: { initial: 1_000, factor: 2, max: 3_600_000 },
    jitter: 0.3,
  })
})

test('a delay function is asked before each retry, with the attempt that failed', async () => {
  const asked: number[] = []
  const delay = ({ attempt }: { attempt: number }) => asked.push(attempt)
  const flaky = task({ name: 'flaky', retries: { count: 2, delay } }, () => {
    throw new Error('no')
  })
  await runFlow(flow({ name: 'f' }, () => flaky()))
  expect(asked).toEqual([1, 2])
  expect(policyFor(resolveRetries({ count: 1, delay: () => '5s' }, 'x'), { attempt: 1, error: null }, () => {})).toEqual({
    count: 1,
    delay: 5_000,
    jitter: 0,
  })
})

test('a condition may take its time', async () => {
  let attempts = 0
  const flaky = task({ name: 'flaky', retries: { count: 5, when: async (_error, { attempt }) => attempt < 2 } }, () => {
    attempts += 1
    throw new Error('no')
  })
  await runFlow(flow({ name: 'f' }, () => flaky()))
  expect(attempts).toBe(2)
})

test.each<[string, Retries, RegExp]>([
  ['a negative count', { count: -1 }, /retries of task "load": count must be a whole number, 0 or more, and is -1/],
  ['a broken count', { count: 1.5 }, /count .* is 1\.5/],
  ['a count of text', { count: '3' as never }, /count .* is 3/],
  ['jitter beyond 1', { count: 1, jitter: 2 }, /jitter must be between 0 and 1, and is 2/],
  ['shrinking growth', { count: 1, delay: { initial: 1, factor: 0.5 } }, /factor must be 1 or more, and is 0\.5/],
  ['a delay of nonsense', { count: 1, delay: 'soon' as never }, /retries of task "load": .*soon/],
  ['a negative delay', { count: 1, delay: -5 }, /retries of task "load": .*-5/],
])('%s is refused where the task is made', (_what, retries, message) => {
  expect(() => task({ name: 'load', retries }, () => 1)).toThrow(message)
})

test.each<[string, () => never, RegExp]>([
  [
    'throws',
    () => {
      throw new Error('no table of delays')
    },
    /its delay function failed \(no table of delays\), which counts as "not again"/,
  ],
  ['gives no duration', () => 'soon' as never, /its delay function failed \(.*"soon" is no duration/],
])('a delay function that %s ends the tries, and the failure that was to be retried stays the one that is told', async (_what, delay, told) => {
  const fail = () => {
    throw new Error('the API is away')
  }
  const ofTask = await runFlow(flow({ name: 'f' }, () => task({ name: 'load', retries: { count: 2, delay } }, fail)()))
  expect(ofTask.state).toMatchObject({ type: 'FAILED', message: 'the API is away' })
  expect(ofTask.taskRuns[0]?.attempts).toBe(1)
  const ofFlow = await runFlow(flow({ name: 'f', retries: { count: 2, delay } }, fail))
  expect(ofFlow.state).toMatchObject({ type: 'FAILED', message: 'the API is away' })
  for (const run of [ofTask, ofFlow])
    expect(run.logs.filter(({ level }) => level === 'warn').map(({ message }) => message)).toEqual([expect.stringMatching(told)])
})

test.each<[object, string]>([
  [{ counts: 3 }, 'retries of task "load" has no option "counts"; there are count, delay, jitter, when'],
  [{ count: 3, delay: { initial: '1s', maximum: '1m' } }, 'retries.delay of task "load" has no option "maximum"; there are initial, factor, max'],
])('a misspelt option is refused and the right ones are named: %j', (retries, told) => {
  expect(() => plain(retries as never)).toThrow(told)
})

test('what is neither a number nor a policy is refused as what it is', () => {
  expect(() => plain('3' as never)).toThrow('retries of task "load" must be a number or { count, delay, jitter, when }, and are string')
})
