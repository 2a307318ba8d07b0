import { expect, test } from 'vitest'
import { flow, logger, task, UsageError } from '../../../sdk/index.ts'
import { runFlow } from '../../../sdk/testing.ts'

test('task runs are named by what came in: by parameter name, by position, by path, or by a function', async () => {
  const load = task({ name: 'load', runName: 'load {city} of {order.id}' }, (city: string, order: { id: number }) => `${city}${order.id}`)
  const first = task({ name: 'first', runName: 'first of {0}' }, ({ length }: string[]) => length)
  const made = task({ name: 'made', runName: ({ taskName, args }) => `${taskName} with ${args.length}` }, (one: number, other: number) => one + other)
  const city = task({ name: 'city' }, () => 'Oslo')
  const run = await runFlow(
    flow({ name: 'f' }, async () => {
      await load(city.submit(), { id: 7 })
      await first(['a', 'b'])
      await made(1, 2)
    }),
  )
  expect(run.taskRuns.map(({ name }) => name).sort()).toEqual(['city-0', 'first of a, b', 'load Oslo of 7', 'made with 2'])
})

test('of an argument that is taken apart where it is declared, the properties are named by themselves', async () => {
  const load = task(
    { name: 'load', runName: 'load {city} for {days} of {order.id}' },
    async (
      { city, order: { id } = { id: 0 }, days /* , no */ = [1, 2].length }: { city: string; order?: { id: number }; days?: number },
      { signal },
    ) => [city, days, id, signal.aborted].join(),
  )
  const run = await runFlow(
    flow({ name: 'f' }, async () => {
      await load({ city: 'Oslo', days: 3, order: { id: 7 } })
      await load.map([{ city: 'Bergen', days: 1, order: { id: 8 } }]).at(0)
      await load({ city: 'Porto' })
    }),
  )
  expect(run.taskRuns.map(({ name }) => name)).toEqual(['load Oslo for 3 of 7', 'load Bergen for 1 of 8', 'load-2'])
  expect(run.logs.find(({ level }) => level === 'warn')?.message).toContain('there is no parameter "days"')
})

test('a run name that fails costs a warning, and the task run keeps the name it has without', async () => {
  const wrong = task({ name: 'wrong', runName: 'load {town}' }, (city: string) => city)
  const run = await runFlow(flow({ name: 'f' }, () => wrong('Oslo')))
  expect(run.value).toBe('Oslo')
  expect(run.taskRuns[0]?.name).toBe('wrong-0')
  expect(run.logs.find(({ level }) => level === 'warn')?.message).toMatch(
    /template "load \{town\}" failed: there is no parameter "town"; it is called wrong-0/,
  )
})

test('hooks of a task hear of each attempt and of the end, in order, with the run and its state', async () => {
  const heard: string[] = []
  const hook = (kind: string) => (_task: { name: string }, run: { name: string; attempt: number }, state: { name: string }) => {
    heard.push(`${kind} ${run.name} ${run.attempt} ${state.name}`)
    logger().info(`told of ${state.name}`)
  }
  const flaky = task(
    { name: 'flaky', retries: 1, onRunning: [hook('running')], onCompletion: [hook('completion'), hook('again')], onFailure: [hook('failure')] },
    ({ attempt }) => {
      if (attempt === 1) throw new Error('no')
    },
  )
  const run = await runFlow(flow({ name: 'f' }, () => flaky()))
  expect(heard).toEqual(['running flaky-0 1 Running', 'running flaky-0 2 Retrying', 'completion flaky-0 2 Completed', 'again flaky-0 2 Completed'])
  expect(run.logs.filter(({ message }) => message.startsWith('told of')).every(({ taskRunId }) => taskRunId === run.taskRuns[0]?.id)).toBe(true)
})

test('a failure hook hears of the error once, after the last attempt, and one that throws changes nothing', async () => {
  const heard: unknown[] = []
  const fails = task(
    {
      name: 'fails',
      retries: 2,
      onFailure: [
        () => {
          throw new Error('hook broke')
        },
        (_task, run, state) => heard.push([run.attempt, state.details.error?.message]),
      ],
    },
    () => {
      throw new RangeError('no luck')
    },
  )
  const run = await runFlow(flow({ name: 'f' }, () => fails()))
  expect(heard).toEqual([[3, 'no luck']])
  expect(run.state.message).toContain('no luck')
  expect(run.logs.some(({ level, message }) => level === 'error' && message.includes('hook onFailure') && message.includes('hook broke'))).toBe(true)
})

test('a flow or task without any name, and a runner that is none, are refused where they are written', () => {
  expect(() => task({}, () => 1)).toThrow('a task needs a name, and its function has none')
  expect(() => flow({}, () => 1)).toThrow('a flow needs a name, and its function has none')
  expect(() => flow({ name: 'f', runner: 'threads' as never }, () => 1)).toThrow(/runner of flow "f" must be made by asyncRunner, .* and is string/)
})

test('a version that is no short text is refused where it is written', () => {
  for (const [version, given] of [
    ['', '0 long'],
    ['x'.repeat(256), '256 long'],
    [3, '3'],
  ])
    expect(() => flow({ name: 'f', version: version as string }, () => 1)).toThrow(
      `version of flow "f" must be a text of 1 to 255 characters, and is ${given}`,
    )
})

test('hooks that are no list of functions, and names that are no template, are refused where they are written', () => {
  expect(() => task({ name: 't', onFailure: (() => {}) as never }, () => 1)).toThrow(
    new UsageError('onFailure of task "t" must be a list of functions'),
  )
  expect(() => task({ name: 't', runName: 7 as never }, () => 1)).toThrow(/runName of task "t" must be a template or a function, and is number/)
})
