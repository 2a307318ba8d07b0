import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { LIMITS } from '../../../core/limits.ts'
import { z } from 'zod'
import {
  allowFailure,
  artifacts,
  Cancelled,
  Completed,
  Failed,
  flow,
  logger,
  ParametersInvalid,
  RunCancelled,
  runContext,
  serializers,
  task,
  TimedOut,
  UnsuccessfulState,
} from '../../../sdk/index.ts'
import { runFlow } from '../../../sdk/testing.ts'

const fail = task({ name: 'fail' }, async (): Promise<number> => {
  throw new Error('broken')
})
const one = task({ name: 'one' }, () => 1)
const namesOf = (states: readonly { name: string }[]) => states.map(({ name }) => name)

test('a flow that returns is COMPLETED with its value', async () => {
  const run = await runFlow(
    flow({ name: 'f' }, ({ n }: { n: number }) => n + 1),
    { n: 1 },
  )
  expect(run).toMatchObject({ value: 2, error: undefined, state: { type: 'COMPLETED', name: 'Completed' } })
  expect(namesOf(run.states)).toEqual(['Running', 'Completed'])
})

test('a flow that throws is FAILED with name, message and stack of what it threw', async () => {
  const run = await runFlow(
    flow({ name: 'f' }, () => {
      throw new TypeError('bad', { cause: new Error('deeper') })
    }),
  )
  expect(run.state).toMatchObject({ type: 'FAILED', message: 'TypeError: bad', details: { error: { name: 'TypeError', message: 'bad' } } })
  expect(run.state.details.error?.stack).toContain('Caused by: Error: deeper')
})

test('parameters are checked before the flow starts; defaults and transforms reach the function', async () => {
  const checked = flow({ name: 'f', parameters: z.object({ day: z.iso.date(), n: z.coerce.number().default(4) }) }, ({ day, n }) => [day, n])
  expect((await runFlow(checked, { day: '2026-01-01' })).value).toEqual(['2026-01-01', 4])
  const wrong = await runFlow(checked, { day: 'tomorrow', n: 'many' } as never)
  expect(wrong.error).toBeInstanceOf(ParametersInvalid)
  expect((wrong.error as ParametersInvalid).issues.map(({ path }) => path.join('.'))).toEqual(['day', 'n'])
  expect(namesOf(wrong.states)).toEqual(['Failed'])
})

test('a returned state is taken as it is', async () => {
  const skipped = await runFlow(flow({ name: 'f' }, () => Completed({ name: 'Skipped', message: 'nothing new', data: 7 })))
  expect(skipped).toMatchObject({ value: 7, state: { type: 'COMPLETED', name: 'Skipped', message: 'nothing new' } })
  const failed = await runFlow(flow({ name: 'f' }, () => Failed({ message: 'on purpose' })))
  expect(failed.state).toMatchObject({ type: 'FAILED', message: 'on purpose' })
  expect(failed.error).toBeInstanceOf(UnsuccessfulState)
  expect((await runFlow(flow({ name: 'f' }, () => Cancelled()))).state.type).toBe('CANCELLED')
})

test('returned futures are judged at any depth, and their values take their place', async () => {
  const good = await runFlow(flow({ name: 'f' }, () => ({ a: [one.submit(), { b: one.submit() }] })))
  expect(good.value).toEqual({ a: [1, { b: 1 }] })
  const bad = await runFlow(flow({ name: 'f' }, () => ({ a: [one.submit(), { b: fail.submit() }], c: 'text' })))
  expect(bad.state).toMatchObject({ type: 'FAILED' })
  expect(bad.state.message).toContain('1 of 2')
  expect(bad.state.message).toContain('fail-0')
  const nested = await runFlow(flow({ name: 'f' }, () => [1, [Failed({ message: 'inside' })]]))
  expect(nested.state).toMatchObject({ type: 'FAILED' })
})

test('a failed task that nobody returns or awaits does not fail the flow, but the flow waits for it', async () => {
  const run = await runFlow(
    flow({ name: 'f' }, () => {
      fail.submit()
      return 'fine'
    }),
  )
  expect(run.state.type).toBe('COMPLETED')
  expect(run.taskRuns[0]?.state.type).toBe('FAILED')
})

test('a called task or subflow that fails before anybody awaits it, or that nobody awaits, ends no process', async () => {
  const unhandled: unknown[] = []
  const note = (reason: unknown) => unhandled.push(reason)
  process.on('unhandledRejection', note)
  try {
    const inner = flow({ name: 'inner' }, async () => void (await fail()))
    const late = await runFlow(
      flow({ name: 'f' }, async () => {
        const [left, right] = [fail(), inner()]
        await sleep(5)
        await Promise.all([left, right])
      }),
    )
    expect(late.state).toMatchObject({ type: 'FAILED', message: expect.stringContaining('broken') })
    const never = await runFlow(flow({ name: 'g' }, async () => void [fail(), inner(), fail.submit().result()]))
    expect(never.state.type).toBe('COMPLETED')
    expect(never.taskRuns.filter(({ state }) => state.type === 'FAILED')).toHaveLength(4)
    await sleep(5)
    expect(unhandled).toEqual([])
  } finally {
    process.off('unhandledRejection', note)
  }
})

test('when the function throws, submitted tasks that have not begun never do', async () => {
  const gate = task({ name: 'gate' }, () => sleep(20))
  const run = await runFlow(
    flow({ name: 'f', runner: { kind: 'async', concurrency: 1 } }, async () => {
      gate.submit()
      one.submit()
      await sleep(1)
      throw new Error('over')
    }),
  )
  expect(run.taskRuns.map(({ state }) => state.type)).toEqual(['COMPLETED', 'CANCELLED'])
})

test('a flow with retries is run again, and one that returns a failed state or future as well', async () => {
  let calls = 0
  const thrower = flow({ name: 'f', retries: 1 }, () => {
    if (++calls === 1) throw new Error('once')
    return runContext().flowRun?.attempt
  })
  const run = await runFlow(thrower)
  expect(run.value).toBe(2)
  expect(namesOf(run.states)).toEqual(['Running', 'AwaitingRetry', 'Retrying', 'Completed'])
  let returns = 0
  const returner = flow({ name: 'f', retries: 1 }, () => (++returns === 1 ? Failed() : [one.submit()]))
  expect((await runFlow(returner)).value).toEqual([1])
})

test('a retry condition is asked for flows, too', async () => {
  let calls = 0
  const run = await runFlow(
    flow({ name: 'f', retries: { count: 5, when: (error) => (error as Error).message === 'again' } }, () => {
      throw new Error(++calls < 3 ? 'again' : 'enough')
    }),
  )
  expect(calls).toBe(3)
  expect(run.state.type).toBe('FAILED')
})

test('a flow that takes longer than its limit ends TimedOut and aborts its tasks', async () => {
  const slow = task({ name: 'slow' }, ({ signal }) => sleep(10_000, undefined, { signal }))
  const run = await runFlow(flow({ name: 'f', timeout: 20 }, () => slow()))
  expect(run.state).toMatchObject({ type: 'FAILED', name: 'TimedOut' })
  expect(run.state.message).toContain('20 ms')
  expect(run.error).toBeInstanceOf(TimedOut)
  expect(run.taskRuns[0]?.state.type).toBe('CANCELLED')
})

test('a subflow that does not heed the limit of its caller is given up before that is, at whatever depth', async () => {
  const deaf = flow({ name: 'deaf' }, async () => void (await sleep(2_000)))
  const between = flow({ name: 'between' }, async () => void (await deaf()))
  const run = await runFlow(flow({ name: 'f', timeout: '20ms' }, async () => void (await between())))
  expect(run.state).toMatchObject({ type: 'FAILED', name: 'TimedOut', message: expect.not.stringContaining('did not heed') })
  const ends = run.subflows.map(({ flowName, states }) => ({ flowName, last: states.at(-1)?.type, message: states.at(-1)?.message }))
  expect(ends).toEqual([
    { flowName: 'between', last: 'CANCELLED', message: expect.not.stringContaining('did not heed') },
    { flowName: 'deaf', last: 'CANCELLED', message: expect.stringContaining('did not heed') },
  ])
})

test('a generator function is refused as a flow and as a task: nothing of it would have run when that has ended', () => {
  const yields = async function* () {
    yield 1
  }
  const list = function* () {
    yield 1
  }
  const refusal = (message: string) => expect.objectContaining({ code: 'wrong_use', message: expect.stringContaining(message) })
  expect(() => flow({ name: 'f' }, yields)).toThrow(refusal('flow "f" is a generator function: its body would run only after the flow has ended'))
  expect(() => task({ name: 't' }, yields)).toThrow(refusal('task "t" is a generator function: its body would run only after the task has ended'))
  expect(() => task({ name: 't', results: false }, list)).toThrow(refusal('task "t"'))
  const results = { serializer: serializers.bytes }
  expect(() => flow({ name: 'f', results }, yields)).not.toThrow()
  expect(() => task({ name: 't', results }, yields).with({ results: undefined })).toThrow(refusal('task "t"'))
})

test('a cancelled run aborts its signal, starts nothing more, and ends CANCELLED', async () => {
  const controller = new AbortController()
  const slow = task({ name: 'slow' }, ({ signal }) => sleep(10_000, undefined, { signal }))
  const run = await runFlow(
    flow({ name: 'f' }, async () => {
      setTimeout(() => controller.abort(), 5)
      await slow().catch(() => {})
      return one()
    }),
    {},
    { signal: controller.signal },
  )
  expect(run.state).toMatchObject({ type: 'CANCELLED' })
  expect(run.error).toBeInstanceOf(RunCancelled)
  expect(run.taskRuns.map(({ state }) => state.type)).toEqual(['CANCELLED', 'CANCELLED'])
  expect(run.taskRuns[1]?.attempts).toBe(0)
})

test('a cancelled wait for a retry ends at once', async () => {
  const controller = new AbortController()
  const begun = performance.now()
  const run = await runFlow(
    flow({ name: 'f', retries: { count: 1, delay: '40s' } }, () => {
      setTimeout(() => controller.abort(), 5)
      throw new Error('once')
    }),
    {},
    { signal: controller.signal },
  )
  expect(run.state.type).toBe('CANCELLED')
  expect(performance.now() - begun).toBeLessThan(20_000)
})

test('hooks run in order, after their state was recorded, and an error in one changes nothing', async () => {
  const heard: string[] = []
  const hooked = flow(
    {
      name: 'f',
      onRunning: [(_flow, run) => heard.push(`running ${run.attempt}`)],
      onCompletion: [
        () => {
          throw new Error('hook')
        },
        async ({ name }, _run, state) => {
          await sleep(1)
          heard.push(`${name} ${state.name}`)
        },
      ],
      onFailure: [() => heard.push('never')],
    },
    () => heard.push('body'),
  )
  const run = await runFlow(hooked)
  expect(heard).toEqual(['running 1', 'body', 'f Completed'])
  expect(run.state.type).toBe('COMPLETED')
  expect(run.logs.some(({ level, message }) => level === 'error' && message.includes('onCompletion'))).toBe(true)
})

test('onFailure runs once, after the last attempt, and onCancellation when cancelled', async () => {
  const heard: string[] = []
  await runFlow(
    flow({ name: 'f', retries: 1, onFailure: [(_flow, run) => heard.push(`failed ${run.attempt}`)] }, () => {
      throw new Error('no')
    }),
  )
  const controller = new AbortController()
  controller.abort()
  await runFlow(
    flow({ name: 'f', onCancellation: [() => heard.push('cancelled')] }, () => 1),
    {},
    { signal: controller.signal },
  )
  expect(heard).toEqual(['failed 2', 'cancelled'])
})

test('a flow called inside a flow is a child run, linked to a task run of its parent', async () => {
  const child = flow({ name: 'child', runName: 'child of {n}' }, async ({ n }: { n: number }) => (await one()) + n)
  const run = await runFlow(flow({ name: 'parent' }, async () => (await child({ n: 4 })) + 1))
  expect(run.value).toBe(6)
  expect(run.subflows).toMatchObject([{ flowName: 'child', name: 'child of 4', parentFlowRunId: run.id }])
  expect(namesOf(run.subflows[0]?.states ?? [])).toEqual(['Running', 'Completed'])
  expect(run.taskRuns).toMatchObject([
    { name: 'child-0', flowRunId: run.id, state: { type: 'COMPLETED' } },
    { name: 'one-0', flowRunId: run.subflows[0]?.id },
  ])
})

test('a subflow gets what allowFailure wraps and what a returned state holds, as a task does, also where nothing is to be waited for', async () => {
  const child = flow({ name: 'child' }, ({ n, m }: { n: number; m: number }) => n + m)
  const parent = flow({ name: 'parent' }, () => child({ n: allowFailure(4), m: Completed({ data: 3 }) as never }))
  expect((await runFlow(parent)).value).toBe(7)
})

test('a failing subflow throws in its parent, which may catch it; a cancelled parent cancels it', async () => {
  const child = flow({ name: 'child' }, () => {
    throw new Error('child failed')
  })
  const caught = await runFlow(flow({ name: 'parent' }, () => child().catch((error: Error) => error.message)))
  expect(caught.value).toBe('child failed')
  expect(caught.taskRuns[0]?.state.type).toBe('FAILED')
  const controller = new AbortController()
  const waits = flow({ name: 'waits' }, (_: object, { signal }) => sleep(10_000, undefined, { signal }))
  const cancelled = await runFlow(
    flow({ name: 'parent' }, () => {
      setTimeout(() => controller.abort(), 5)
      return waits({})
    }),
    {},
    { signal: controller.signal },
  )
  expect([cancelled.state.type, cancelled.subflows[0]?.states.at(-1)?.type]).toEqual(['CANCELLED', 'CANCELLED'])
})

test('run names come from a template or a function, and a broken one costs a warning, not the run', async () => {
  expect(
    (
      await runFlow(
        flow({ name: 'f', runName: 'of {a.b} and {list}' }, (_: { a: object; list: string[] }) => 1),
        { a: { b: 'x' }, list: ['p', 'q'] },
      )
    ).name,
  ).toBe('of x and p, q')
  expect((await runFlow(flow({ name: 'f', runName: ({ flowName }) => `${flowName}!` }, () => 1))).name).toBe('f!')
  const broken = await runFlow(flow({ name: 'f', runName: 'of {nothing}' }, () => 1))
  expect(broken.name).toMatch(/^[a-z]+-[a-z]+$/)
  expect(broken.state.type).toBe('COMPLETED')
  expect(broken.logs[0]).toMatchObject({ level: 'warn' })
})

test('log lines belong to the run and task that wrote them, with their fields', async () => {
  const speaks = task({ name: 'speaks' }, async () => {
    await sleep(1)
    logger().warn('from the task', { rows: 3, when: new Date(0), big: 10n })
  })
  const run = await runFlow(
    flow({ name: 'f' }, async () => {
      logger().info('from the flow')
      logger().debug('not kept')
      await speaks()
    }),
  )
  const own = run.logs.filter(({ source }) => source === undefined)
  expect(own).toMatchObject([
    { level: 'info', message: 'from the flow', flowRunId: run.id },
    { level: 'warn', message: 'from the task', taskRunId: run.taskRuns[0]?.id, fields: { rows: 3, when: '1970-01-01T00:00:00.000Z', big: '10' } },
  ])
  expect(own[0]).not.toHaveProperty('taskRunId')
})

test('logPrints makes log lines of what is said with console, only inside the run', async () => {
  const run = await runFlow(flow({ name: 'f', logPrints: true }, () => console.log('%s has %d', 'table', 3)))
  expect(run.logs.some(({ message }) => message === 'table has 3')).toBe(true)
})

test('a log message that is too long is cut and says so', async () => {
  const run = await runFlow(flow({ name: 'f' }, () => logger().info('x'.repeat(70_000))))
  const message = run.logs.find((line) => line.message.startsWith('xxx'))?.message
  expect(message?.slice(-40)).toContain('x … cut, 4528 characters more')
  expect(message?.length).toBeLessThanOrEqual(LIMITS.logMessage)
})

test('artifacts belong to the run and task that made them', async () => {
  const makes = task({ name: 'makes' }, async () => {
    await artifacts.table({ key: 'daily', rows: [{ a: 1, b: new Date(0) }] })
    await artifacts.markdown({ markdown: '# hi', description: 'a page' })
    await artifacts.link({ url: 'https://example.com/x' })
    await artifacts.progress({ progress: 40 })
  })
  const run = await runFlow(flow({ name: 'f' }, () => makes()))
  expect(run.artifacts).toMatchObject([
    { type: 'table', key: 'daily', data: [{ a: 1, b: '1970-01-01T00:00:00.000Z' }], taskRunId: run.taskRuns[0]?.id, flowRunId: run.id },
    { type: 'markdown', key: null, data: '# hi', description: 'a page' },
    { type: 'link', data: { url: 'https://example.com/x' } },
    { type: 'progress', data: 40 },
  ])
})

test('a table is taken as rows of values below their columns and as columns of values, too', async () => {
  const run = await runFlow(
    flow({ name: 'f' }, async () => {
      await artifacts.table({
        columns: ['city', 'warmest'],
        rows: [
          ['Oslo', 4],
          ['Lima', new Date(0)],
        ],
      })
      await artifacts.table({ columns: { city: ['Oslo', 'Lima'], warmest: [4, undefined] } })
      await artifacts.table({ columns: { city: [] } })
    }),
  )
  expect(run.artifacts.map(({ data }) => data)).toEqual([
    [
      { city: 'Oslo', warmest: 4 },
      { city: 'Lima', warmest: '1970-01-01T00:00:00.000Z' },
    ],
    [
      { city: 'Oslo', warmest: 4 },
      { city: 'Lima', warmest: null },
    ],
    [],
  ])
})

test('an option that an artifact does not have is refused, with those that it has', async () => {
  const refusal = async (make: () => Promise<unknown>) => (await runFlow(flow({ name: 'f' }, make))).state.message
  expect(await refusal(() => artifacts.markdown({ markdwon: '# hi' } as never))).toContain(
    'artifacts.markdown has no option "markdwon"; there are markdown, key, description',
  )
  expect(await refusal(() => artifacts.table({ rows: [], title: 'x' } as never))).toContain('artifacts.table has no option "title"')
  expect(await refusal(() => artifacts.link({ url: 'https://example.com', linkText: 'x' } as never))).toContain('there are url, text, key')
  expect(await refusal(() => artifacts.image({ imageUrl: 'https://example.com' } as never))).toContain('artifacts.image has no option')
  expect(await refusal(() => artifacts.progress({ percent: 4 } as never))).toContain('artifacts.progress has no option')
  await expect(artifacts.progress(4 as never)).rejects.toThrow('options of artifacts.progress must be an object of progress, key, description')
})

test('artifacts are refused where they cannot be kept, naming what was expected', async () => {
  const refusal = async (make: () => Promise<unknown>) => (await runFlow(flow({ name: 'f' }, make))).state.message
  expect(await refusal(() => artifacts.markdown({ key: 'Not Good', markdown: '' }))).toContain('lower-case letters')
  expect(await refusal(() => artifacts.table({ rows: [1] as never }))).toContain('a list of objects')
  expect(await refusal(() => artifacts.table({ rows: [['Oslo', 4]] }))).toContain('lists need their columns')
  expect(await refusal(() => artifacts.table({ columns: ['city', 'warmest'], rows: [['Oslo', 4], ['Lima']] }))).toContain('row 2 has 1 of 2 values')
  expect(await refusal(() => artifacts.table({ columns: ['city', 'city'], rows: [['Oslo', 4]] }))).toContain('distinct names')
  expect(await refusal(() => artifacts.table({ columns: { city: ['Oslo', 'Lima'], warmest: [4] } }))).toContain('of one length')
  expect(await refusal(() => artifacts.table({ columns: { city: 'Oslo' } as never }))).toContain('a list of values for each column')
  expect(await refusal(() => artifacts.table({ columns: { city: ['Oslo'] }, rows: [] } as never))).toContain('either')
  expect(await refusal(() => artifacts.link({ url: 'javascript:alert(1)' }))).toContain('http')
  expect(await refusal(() => artifacts.markdown({ markdown: 'x'.repeat(600_000) }))).toContain('at most')
  await expect(artifacts.markdown({ markdown: 'x' })).rejects.toThrow('outside of a flow')
})

test('runContext tells where the code stands, and throws outside of runs', async () => {
  const asks = task({ name: 'asks', tags: ['t'] }, () => runContext())
  const run = await runFlow(
    flow({ name: 'f', tags: ['a'] }, (_: { p: number }) => asks()),
    { p: 1 },
  )
  expect(run.value).toMatchObject({
    flowRun: { id: run.id, name: run.name, flowName: 'f', flowVersion: null, parameters: { p: 1 }, tags: ['a'], attempt: 1 },
    taskRun: { id: run.taskRuns[0]?.id, name: 'asks-0', tags: ['t'], attempt: 1 },
  })
  expect(() => runContext()).toThrow('outside of a flow')
})

test('a task that a flow left behind cannot start anything once the run is over', async () => {
  let late: unknown
  const finished = Promise.withResolvers<void>()
  await runFlow(
    flow({ name: 'f' }, () => {
      setTimeout(async () => {
        late = await one().catch((error: Error) => error)
        finished.resolve()
      }, 10)
    }),
  )
  await finished.promise
  expect(late).toMatchObject({ code: 'flow_run_ended' })
})

test('with makes a changed copy, and fn is the function itself', async () => {
  const base = flow({ name: 'f', parameters: z.object({ n: z.number() }) }, ({ n }) => n)
  expect((await runFlow(base.with({ name: 'g', tags: ['x'] }), { n: 2 })).value).toBe(2)
  expect(base.with({ name: 'g' }).flowName).toBe('g')
  expect(base.fn({ n: 9 }, {} as never)).toBe(9)
})

test('ten thousand mapped tasks run in one flow', async () => {
  const light = task({ name: 'light' }, (n: number) => n)
  const run = await runFlow(flow({ name: 'f' }, async () => (await light.map(Array.from({ length: 10_000 }, (_, n) => n)).result()).length))
  expect(run.value).toBe(10_000)
  expect(run.taskRuns).toHaveLength(10_000)
})
