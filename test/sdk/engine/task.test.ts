import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import {
  allowFailure,
  asCompleted,
  asyncRunner,
  Completed,
  Failed,
  flow,
  logger,
  RunCancelled,
  task,
  TimedOut,
  unmapped,
  UpstreamFailed,
  wait,
} from '../../../sdk/index.ts'
import { runFlow } from '../../../sdk/testing.ts'

const add = task({ name: 'add' }, (a: number, b: number) => a + b)
const double = task({ name: 'double' }, async (value: number) => value * 2)
const fail = task({ name: 'fail' }, async (message: string): Promise<number> => {
  throw new RangeError(message)
})
const namesOf = (states: readonly { name: string }[]) => states.map(({ name }) => name)

test('a task called directly gives its value and leaves a completed task run', async () => {
  const run = await runFlow(flow({ name: 'f' }, () => add(1, 2)))
  expect(run.value).toBe(3)
  expect(run.taskRuns).toMatchObject([{ name: 'add-0', taskName: 'add', attempts: 1, upstream: [] }])
  expect(namesOf(run.taskRuns[0]?.states ?? [])).toEqual(['Pending', 'Running', 'Completed'])
})

test('a task called directly throws what its function threw, and the flow may catch it', async () => {
  const caught = await runFlow(
    flow({ name: 'f' }, async () => {
      try {
        await fail('no')
      } catch (error) {
        return error instanceof RangeError
      }
    }),
  )
  expect(caught).toMatchObject({ value: true, state: { type: 'COMPLETED' } })
  const thrown = await runFlow(flow({ name: 'f' }, () => fail('no')))
  expect(thrown.state).toMatchObject({ type: 'FAILED', message: 'RangeError: no', details: { error: { name: 'RangeError', message: 'no' } } })
  expect(thrown.error).toBeInstanceOf(RangeError)
})

test('states of one task run rise strictly in time', async () => {
  const run = await runFlow(flow({ name: 'f' }, () => add(1, 2)))
  const times = run.taskRuns[0]?.states.map(({ timestamp }) => timestamp) ?? []
  expect(times.every((time, at) => at === 0 || time > (times[at - 1] as number))).toBe(true)
})

test('a submitted task runs beside the flow, and its future gives value, state and id', async () => {
  const run = await runFlow(
    flow({ name: 'f' }, async () => {
      const future = double.submit(4)
      const before = future.state.type
      const value = await future
      return { before, value, state: future.state.name, id: future.taskRunId, done: future.done }
    }),
  )
  expect(run.value).toEqual({ before: 'PENDING', value: 8, state: 'Completed', id: run.taskRuns[0]?.id, done: true })
})

test('a future gives the error as a value when asked not to raise, and its state without throwing', async () => {
  const run = await runFlow(
    flow({ name: 'f' }, async () => {
      const future = fail.submit('no')
      const state = await future.wait()
      return [state.type, ((await future.result({ raise: false })) as Error).message]
    }),
  )
  expect(run.value).toEqual(['FAILED', 'no'])
})

test('waiting for a future longer than the limit throws TimedOut, and the task goes on', async () => {
  const slow = task({ name: 'slow' }, () => sleep(60).then(() => 'late'))
  const run = await runFlow(
    flow({ name: 'f' }, async () => {
      const future = slow.submit()
      const error = await future.result({ timeout: 5 }).catch((thrown: unknown) => thrown)
      return [error instanceof TimedOut, await future]
    }),
  )
  expect(run.value).toEqual([true, 'late'])
})

test('onDone is called once the task has ended, also when it has ended before', async () => {
  const run = await runFlow(
    flow({ name: 'f' }, async () => {
      const heard: string[] = []
      const future = double.submit(1)
      future.onDone(({ state }) => heard.push(state.name))
      await future
      future.onDone(({ name }) => heard.push(name))
      await sleep(1)
      return heard
    }),
  )
  expect(run.value).toEqual(['Completed', 'double-0'])
})

test('futures are accepted where values are, in arrays and objects too, and become edges', async () => {
  const sum = task({ name: 'sum' }, (input: { parts: number[]; rest: { last: number } }) => input.parts.reduce((a, b) => a + b, input.rest.last))
  const run = await runFlow(
    flow({ name: 'f' }, async () => {
      const parts = double.map([1, 2])
      return sum({ parts, rest: { last: double.submit(10) } })
    }),
  )
  expect(run.value).toBe(26)
  const doubles = run.taskRuns.filter(({ taskName }) => taskName === 'double').map(({ id }) => id)
  expect(run.taskRuns.find(({ taskName }) => taskName === 'sum')?.upstream).toEqual(doubles)
})

test('futures in sets and maps are waited for, too, and so is what comes back in them', async () => {
  const tell = task({ name: 'tell' }, (set: Set<number>, map: Map<string, number>) => [...set, ...map.values(), ...map.keys()])
  const gather = flow({ name: 'f' }, async () => ({
    told: await tell(new Set([add.submit(1, 1), 5]), new Map([['x', add.submit(1, 2)]])),
    set: new Set([add.submit(2, 2)]),
    map: new Map([['y', add.submit(2, 3)]]),
  }))
  expect((await runFlow(gather)).value).toEqual({ told: [2, 5, 3, 'x'], set: new Set([4]), map: new Map([['y', 5]]) })
})

test('a value without futures reaches the function as the very same object', async () => {
  const table = { rows: [{ a: 1 }] }
  const same = task({ name: 'same' }, (value: object) => value === table)
  expect((await runFlow(flow({ name: 'f' }, () => same(table)))).value).toBe(true)
})

test('a cycle in an argument is no trap', async () => {
  const loop: { self?: unknown; n: number } = { n: 7 }
  loop.self = loop
  const read = task({ name: 'read' }, (value: object) => (value as typeof loop).n)
  expect((await runFlow(flow({ name: 'f' }, () => read(loop)))).value).toBe(7)
})

test('a task whose upstream failed is never started: NotReady, and UpstreamFailed for the caller', async () => {
  const run = await runFlow(flow({ name: 'f' }, () => double(fail.submit('broken'))))
  expect(run.error).toBeInstanceOf(UpstreamFailed)
  expect(run.state).toMatchObject({ type: 'FAILED' })
  expect(run.state.message).toContain('fail-0')
  const blocked = run.taskRuns.find(({ taskName }) => taskName === 'double')
  expect(blocked).toMatchObject({ state: { type: 'PENDING', name: 'NotReady' }, attempts: 0 })
})

test('what waits for a task that was never started is not started either', async () => {
  const run = await runFlow(
    flow({ name: 'f' }, async () => {
      const first = double.submit(fail.submit('broken'))
      return double
        .submit(first)
        .wait()
        .then(({ name }) => name)
    }),
  )
  expect(run.value).toBe('NotReady')
})

test('allowFailure hands the error on as the value', async () => {
  const tell = task({ name: 'tell' }, (value: number | Error) => (value instanceof Error ? value.message : 'fine'))
  const run = await runFlow(flow({ name: 'f' }, () => tell(allowFailure(fail.submit('broken')))))
  expect(run.value).toBe('broken')
})

test('waitFor holds a task back until others have completed, and blocks it when one has not', async () => {
  const order: string[] = []
  const first = task({ name: 'first' }, async () => {
    await sleep(10)
    order.push('first')
  })
  const second = task({ name: 'second' }, () => void order.push('second'))
  await runFlow(flow({ name: 'f' }, () => second.submit({ waitFor: [first.submit()] })))
  expect(order).toEqual(['first', 'second'])
  const run = await runFlow(
    flow({ name: 'f' }, () =>
      second
        .submit({ waitFor: fail.submit('x') })
        .wait()
        .then(({ name }) => name),
    ),
  )
  expect(run.value).toBe('NotReady')
})

test('map runs one task for each element, in step with other lists, with what is fixed or unmapped the same for all', async () => {
  const join = task({ name: 'join' }, (a: string, b: number, c: string[], d: string) => `${a}${b}${c.join('')}${d}`)
  const run = await runFlow(flow({ name: 'f' }, () => join.map(['x', 'y'], [1, 2], unmapped(['p', 'q']), 'z')))
  expect(run.value).toEqual(['x1pqz', 'y2pqz'])
})

test('map refuses lists of different lengths, naming them, and arguments without a list', async () => {
  const uneven = await runFlow(flow({ name: 'f' }, () => add.map([1, 2], [1, 2, 3])))
  expect(uneven.state.message).toContain('argument 1 has 2, argument 2 has 3')
  const none = await runFlow(flow({ name: 'f' }, () => add.map(1, 2)))
  expect(none.state.message).toContain('none of the 2 arguments is a list')
})

test('map over nothing gives nothing', async () => {
  expect((await runFlow(flow({ name: 'f' }, () => double.map([])))).value).toEqual([])
})

test('no more submitted tasks run at once than the runner allows, and all of them run', async () => {
  let now = 0
  let most = 0
  const work = task({ name: 'work' }, async (_n: number) => {
    most = Math.max(most, ++now)
    await sleep(2)
    now--
  })
  const run = await runFlow(
    flow({ name: 'f', runner: asyncRunner({ concurrency: 3 }) }, () =>
      work
        .map(Array<number>(20).fill(0))
        .wait()
        .then((states) => states.length),
    ),
  )
  expect(run.value).toBe(20)
  expect(most).toBe(3)
})

test('tasks that submit tasks and wait for them cannot block each other, even with a single place', async () => {
  const outer = task({ name: 'outer' }, async (n: number) => {
    const inner = double.map([n, n + 1])
    return (await inner.result()).reduce((a, b) => a + b)
  })
  const run = await runFlow(flow({ name: 'f', runner: asyncRunner({ concurrency: 1 }) }, () => outer.map([1, 10])))
  expect(run.value).toEqual([6, 42])
  const outerId = run.taskRuns.find(({ taskName }) => taskName === 'outer')?.id
  expect(run.taskRuns.filter(({ parentTaskRunId }) => parentTaskRunId === outerId)).toHaveLength(2)
})

test('wait parts the ended from the rest, and asCompleted gives the quickest first', async () => {
  const after = task({ name: 'after' }, (milliseconds: number) => sleep(milliseconds).then(() => milliseconds))
  const run = await runFlow(
    flow({ name: 'f' }, async () => {
      const futures = after.map([60, 1])
      const { done, notDone } = await wait(futures, { timeout: 25 })
      const order: number[] = []
      for await (const future of asCompleted(futures)) order.push(await future)
      return [done.length, notDone.length, order]
    }),
  )
  expect(run.value).toEqual([1, 1, [1, 60]])
})

test('a future where its value or a list is meant is told by its name, and does not become text in silence', async () => {
  const messageOf = async (body: (future: ReturnType<typeof double.submit>) => unknown) =>
    (await runFlow(flow({ name: 'f' }, async () => void (await body(double.submit(1)))))).state.message
  const meant = 'the future of double-0 stands where its value is meant'
  expect(await messageOf((future) => `page ${future}`)).toContain(meant)
  expect(await messageOf((future) => Number(future) + 1)).toContain(meant)
  expect(await messageOf((future) => JSON.stringify({ rows: [future] }))).toContain(meant)
  expect(await messageOf((future) => wait(future as never))).toContain('wait needs a list of futures, and got the future of double-0')
  expect(await messageOf((future) => wait([future, double(2)] as never))).toContain('wait needs futures, and element 2 is a promise')
  expect(await messageOf(() => asCompleted(undefined as never))).toContain('asCompleted needs a list of futures, and got undefined')
  const run = await runFlow(flow({ name: 'f' }, () => void logger().info('rows', { rows: double.submit(1) })))
  expect(run.logs.find(({ message }) => message === 'rows')?.fields).toEqual({ rows: '[future of double-0]' })
})

test('asCompleted gives failed futures like others', async () => {
  const run = await runFlow(
    flow({ name: 'f' }, async () => {
      const names: string[] = []
      for await (const future of asCompleted([fail.submit('x'), double.submit(1)])) names.push(future.state.name)
      return names.sort()
    }),
  )
  expect(run.value).toEqual(['Completed', 'Failed'])
})

test('a failing task is tried again as often as its policy says, each attempt knowing its number', async () => {
  const attempts: number[] = []
  const flaky = task({ name: 'flaky', retries: { count: 2, delay: [1, 2] } }, ({ attempt }) => {
    attempts.push(attempt)
    if (attempt < 3) throw new Error(`attempt ${attempt}`)
    return 'at last'
  })
  const run = await runFlow(flow({ name: 'f' }, () => flaky()))
  expect(run.value).toBe('at last')
  expect(attempts).toEqual([1, 2, 3])
  expect(namesOf(run.taskRuns[0]?.states ?? [])).toEqual([
    'Pending',
    'Running',
    'AwaitingRetry',
    'Retrying',
    'AwaitingRetry',
    'Retrying',
    'Completed',
  ])
  expect(run.taskRuns[0]?.attempts).toBe(3)
})

test('a retry without a delay goes straight on', async () => {
  const flaky = task({ name: 'flaky', retries: 1 }, ({ attempt }) => {
    if (attempt === 1) throw new Error('once')
  })
  const run = await runFlow(flow({ name: 'f' }, () => flaky()))
  expect(namesOf(run.taskRuns[0]?.states ?? [])).toEqual(['Pending', 'Running', 'Retrying', 'Completed'])
})

test('a retry condition decides, and one that throws means no', async () => {
  const tried: string[] = []
  const picky = (name: string, when: (error: unknown) => boolean) =>
    task({ name, retries: { count: 3, when } }, () => {
      tried.push(name)
      throw new Error('no')
    })
  const run = await runFlow(
    flow({ name: 'f' }, async () => {
      await picky('never', () => false)
        .submit()
        .wait()
      await picky('breaks', () => {
        throw new Error('the condition')
      })
        .submit()
        .wait()
      await picky('twice', (error) => error instanceof Error && tried.length < 4)
        .submit()
        .wait()
    }),
  )
  expect(tried).toEqual(['never', 'breaks', 'twice', 'twice'])
  expect(run.logs.some(({ message }) => message.includes('the condition'))).toBe(true)
})

test('a task that takes longer than its limit is aborted and ends TimedOut, saying the limit', async () => {
  let aborted = false
  const slow = task({ name: 'slow', timeout: 10 }, async ({ signal }) => {
    await sleep(10_000, undefined, { signal }).catch(() => {
      aborted = true
    })
  })
  const run = await runFlow(flow({ name: 'f' }, () => slow()))
  expect(run.error).toBeInstanceOf(TimedOut)
  expect(run.taskRuns[0]?.state).toMatchObject({ type: 'FAILED', name: 'TimedOut' })
  expect(run.taskRuns[0]?.state.message).toContain('10 ms')
  expect(run.taskRuns[0]?.state.message).not.toContain('left behind')
  expect(aborted).toBe(true)
  expect(run.state.name).toBe('Failed')
})

test('a task that does not heed its signal is left behind, and that is said', async () => {
  const deaf = task({ name: 'deaf', timeout: 10 }, () => sleep(200))
  const run = await runFlow(flow({ name: 'f' }, () => deaf()))
  expect(run.taskRuns[0]?.state.message).toContain('left behind')
})

test('a timeout error of the author is an ordinary failure', async () => {
  const own = task({ name: 'own', timeout: '10s' }, () => {
    throw new DOMException('mine', 'TimeoutError')
  })
  expect((await runFlow(flow({ name: 'f' }, () => own()))).taskRuns[0]?.state).toMatchObject({ type: 'FAILED', name: 'Failed' })
})

test('a timed-out attempt is tried again', async () => {
  const slowOnce = task({ name: 'slow-once', timeout: 15, retries: 1 }, async ({ attempt, signal }) => {
    if (attempt === 1) await sleep(5_000, undefined, { signal })
    return attempt
  })
  expect((await runFlow(flow({ name: 'f' }, () => slowOnce()))).value).toBe(2)
})

test('a returned state is taken as it is; a failed one is retried like an error', async () => {
  const skipped = task({ name: 'skipped' }, () => Completed({ name: 'Skipped', message: 'nothing new', data: 5 }))
  const failing = task({ name: 'failing', retries: 1 }, ({ attempt }) => (attempt === 1 ? Failed({ message: 'not yet' }) : Completed({ data: 'ok' })))
  const run = await runFlow(flow({ name: 'f' }, async () => [await skipped(), await failing()]))
  expect(run.value).toEqual([5, 'ok'])
  expect(run.taskRuns.map(({ state, attempts }) => [state.name, attempts])).toEqual([
    ['Skipped', 1],
    ['Completed', 2],
  ])
})

test('a task called outside of flows runs all the same, with retries', async () => {
  const flaky = task({ name: 'flaky', retries: 1 }, ({ attempt, flowRunId }) => {
    if (attempt === 1) throw new Error('once')
    return flowRunId
  })
  expect(await flaky()).toBe(null)
})

test('equal calls of one task are counted', async () => {
  const run = await runFlow(
    flow({ name: 'f' }, async () => {
      await double(1)
      await add(1, 1)
      await double(1)
    }),
  )
  expect(run.taskRuns.map(({ name }) => name)).toEqual(['double-0', 'add-0', 'double-1'])
})

test('default values and rest parameters keep working: the context never takes their place', async () => {
  const withDefault = task({ name: 'with-default' }, (a: number, b: number = 3) => a + b)
  const rest = task({ name: 'rest' }, (...numbers: number[]) => numbers.length)
  const late = task({ name: 'late' }, (a: number, b: number = 2, { attempt }: { attempt: number } = { attempt: 0 }) => [a, b, attempt])
  const run = await runFlow(
    flow({ name: 'f' }, async () => [await withDefault(1, undefined), await rest(1, 2, 3), await late(1, undefined, undefined)]),
  )
  expect(run.value).toEqual([4, 3, [1, 2, 0]])
})

test('with makes a changed copy and leaves the task as it was', async () => {
  const renamed = double.with({ name: 'twice', retries: 2 })
  const run = await runFlow(flow({ name: 'f' }, async () => [await renamed(1), await double(1)]))
  expect(run.taskRuns.map(({ taskName }) => taskName)).toEqual(['twice', 'double'])
})

test('the event loop turns while a flow does nothing but light tasks, and a cancel is heard', async () => {
  const light = task({ name: 'light' }, async (n: number) => n + 1)
  const controller = new AbortController()
  const run = await runFlow(
    flow({ name: 'busy' }, async () => {
      setTimeout(() => controller.abort(new RunCancelled()), 20)
      let n = 0
      while (n < 20_000) n = await light(n)
    }),
    {},
    { signal: controller.signal },
  )
  expect(run.state.type).toBe('CANCELLED')
})
