/** What stands around flows and tasks: the runtime, artifacts that change, loggers of others. */
import { expect, onTestFinished, test, vi } from 'vitest'
import { artifacts, cache, flow, logger, logStream, runtime, tags, task } from '../../../sdk/index.ts'
import { runFlow, withRuntime } from '../../../sdk/testing.ts'

test('runtime says where the code stands, and null where it stands nowhere', async () => {
  expect(runtime.flowRun.id).toBeNull()
  expect(runtime.taskRun.name).toBeNull()
  const inTask = task({ name: 'in-task', tags: ['io'] }, () => ({ ...runtime.taskRun, flow: runtime.flowRun.name }))
  const run = await runFlow(
    flow({ name: 'f', version: '7', runName: 'f of {n}', tags: ['own'] }, async ({ n }: { n: number }) => ({
      flow: { ...runtime.flowRun },
      task: await inTask(),
      n,
    })),
    { n: 7 },
  )
  expect(run.value?.flow).toEqual({
    id: run.id,
    name: 'f of 7',
    jobVariables: {},
    flowName: 'f',
    flowVersion: '7',
    parameters: { n: 7 },
    tags: ['own'],
    attempt: 1,
    url: null,
    deployment: null,
    deploymentVersion: null,
    scheduledTime: null,
    parentFlowRunId: null,
  })
  expect(run.value?.task).toEqual({ id: run.taskRuns[0]?.id, name: 'in-task-0', taskName: 'in-task', tags: ['io'], attempt: 1, flow: 'f of 7' })
})

test('runs that begin within tags have those besides their own: flows, tasks, subflows, and what they call; not what began before or begins after', async () => {
  const own = () => [...(runtime.taskRun.tags ?? runtime.flowRun.tags ?? [])]
  const inner = task({ name: 'inner' }, own)
  const outer = task({ name: 'outer', tags: ['io', 'b'] }, async () => [own(), await inner()])
  const child = flow({ name: 'child', tags: ['c'] }, async () => [own(), await inner()])
  const parent = flow({ name: 'parent' }, async () => {
    const before = inner.submit()
    const [within, mapped, below] = await tags(
      ['b', 'c'],
      async () => [await outer(), await tags('d', () => Promise.all([1, 2].map(() => inner()))), await child()] as const,
    )
    return { own: own(), before: await before, within, mapped, below, after: await inner() }
  })
  const run = await tags('a', () => runFlow(parent))
  expect(run.value).toEqual({
    own: ['a'],
    before: ['a'],
    within: [
      ['io', 'b', 'a', 'c'],
      ['a', 'b', 'c'],
    ],
    mapped: [
      ['a', 'b', 'c', 'd'],
      ['a', 'b', 'c', 'd'],
    ],
    below: [
      ['c', 'a', 'b'],
      ['a', 'b', 'c'],
    ],
    after: ['a'],
  })
  expect(run.tags).toEqual(['a'])
  expect(run.subflows[0]?.tags).toEqual(['c', 'a', 'b'])
  // The task run that stands for the subflow.
  expect(run.taskRuns.find(({ taskName }) => taskName === 'child')?.tags).toEqual(['c', 'a', 'b'])
  expect(tags(['x'], () => 7)).toBe(7)
  expect((await runFlow(parent)).value?.own).toEqual([])
})

test('what is no tag, and tags around nothing, are refused where they are written', () => {
  expect(() => tags('', () => 1)).toThrow('tags of tags("") must be a list of texts of 1 to 255 characters')
  expect(() => tags([7 as never], () => 1)).toThrow('and one is 7')
  expect(() => tags('a', 1 as never)).toThrow('tags("a") needs a function')
  const many = Array.from({ length: 300 }, (_, at) => `first-${at}`)
  expect(() =>
    tags(many, () =>
      tags(
        many.map((tag) => `second-${tag}`),
        () => 1,
      ),
    ),
  ).toThrow('must be at most 500, and are 600')
})

test('a test gives runtime what it wants to see, for a run and for a bare function', async () => {
  const page = flow({ name: 'page' }, () => `${runtime.flowRun.deployment} ${runtime.flowRun.url} ${runtime.flowRun.flowName}`)
  const run = await runFlow(page, {}, { runtime: { flowRun: { deployment: 'page/nightly', url: 'http://x/1' } } })
  expect(run.value).toBe('page/nightly http://x/1 page')
  expect(withRuntime({ flowRun: { id: 'one' }, taskRun: { attempt: 3 } }, () => [runtime.flowRun.id, runtime.taskRun.attempt])).toEqual(['one', 3])
  expect(runtime.flowRun.id).toBeNull()
})

test('runtime says what WEIR_RUNTIME gives, but for what a test gives; what is no such JSON is said', () => {
  const given = { flowRun: { name: 'by hand', scheduledTime: '2026-01-01T00:00:00Z' }, taskRun: { attempt: 2 } }
  vi.stubEnv('WEIR_RUNTIME', JSON.stringify(given))
  expect([runtime.flowRun.name, runtime.flowRun.scheduledTime, runtime.taskRun.attempt]).toEqual(['by hand', new Date('2026-01-01'), 2])
  expect(runtime.flowRun.id).toBeNull()
  expect(withRuntime({ flowRun: { name: 'by test' } }, () => runtime.flowRun.name)).toBe('by test')
  for (const wrong of ['by hand', '[]', '{"flow":{}}', '{"flowRun":1}']) {
    vi.stubEnv('WEIR_RUNTIME', wrong)
    expect(() => runtime.flowRun.name).toThrow('WEIR_RUNTIME is no JSON of { flowRun, taskRun }')
  }
  vi.unstubAllEnvs()
})

test('progress of one key is one artifact: the first, the last and 100 are recorded, not every turn of a loop', async () => {
  const bar = flow({ name: 'bar' }, async () => {
    const ids = new Set<string>()
    for (let done = 0; done <= 70; done++) ids.add(await artifacts.progress({ key: 'rows', progress: done }))
    for (const progress of [1, 2, 100]) ids.add(await artifacts.progress({ key: 'other', progress }))
    return ids.size
  })
  const run = await runFlow(bar)
  expect(run.value).toBe(2)
  const of = (key: string) => run.artifacts.filter((artifact) => artifact.key === key)
  expect(of('rows').map(({ data }) => data)).toEqual([0, 70])
  expect(new Set(of('rows').map(({ artifactId }) => artifactId)).size).toBe(1)
  expect(of('other').map(({ data }) => data)).toEqual([1, 100])
})

test('artifacts of the five kinds keep their data, and the same key again is a newer version', async () => {
  const all = flow({ name: 'all' }, async () => {
    await artifacts.markdown({ key: 'report', markdown: '# One' })
    await artifacts.markdown({ key: 'report', markdown: '# Two' })
    await artifacts.table({ rows: [{ a: 1 }] })
    await artifacts.link({ url: 'https://example.com/x', text: 'there' })
    await artifacts.image({ url: 'https://example.com/x.png', description: 'a picture' })
    await artifacts.progress({ progress: 50 })
  })
  const run = await runFlow(all)
  expect(run.artifacts.map(({ type, key, data }) => [type, key, data])).toEqual([
    ['markdown', 'report', '# One'],
    ['markdown', 'report', '# Two'],
    ['table', null, [{ a: 1 }]],
    ['link', null, { url: 'https://example.com/x', text: 'there' }],
    ['image', null, { url: 'https://example.com/x.png' }],
    ['progress', null, 50],
  ])
  expect(new Set(run.artifacts.map(({ artifactId }) => artifactId)).size).toBe(6)
})

test('outside of runs log lines go to the terminal, those that WEIR_LOG_LEVEL keeps', () => {
  const printed = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  const before = process.env['WEIR_LOG_LEVEL']
  onTestFinished(() => {
    printed.mockRestore()
    if (before === undefined) delete process.env['WEIR_LOG_LEVEL']
    else process.env['WEIR_LOG_LEVEL'] = before
  })
  const told = (level: string | undefined) => {
    printed.mockClear()
    if (level === undefined) delete process.env['WEIR_LOG_LEVEL']
    else process.env['WEIR_LOG_LEVEL'] = level
    for (const each of ['debug', 'info', 'warn', 'error'] as const) logger()[each](`a ${each} line`)
    return printed.mock.calls.map(([line]) => /a \w+ line/.exec(String(line))?.[0])
  }
  expect(told(undefined)).toEqual(['a info line', 'a warn line', 'a error line'])
  expect(told('Debug')).toEqual(['a debug line', 'a info line', 'a warn line', 'a error line'])
  expect(told('error')).toEqual(['a error line'])
  expect(told('loud')).toEqual(['a info line', 'a warn line', 'a error line'])
})

test('what other loggers write becomes log lines of the run and task that said it, with their levels and fields, in order', async () => {
  const stream = logStream()
  const write = (line: string) => stream.write(line)
  const load = task({ name: 'load' }, () => {
    write('{"level":20,"time":1,"pid":9,"hostname":"x","msg":"asking"}\n')
    write(
      '{"level":30,"time":1,"pid":9,"hostname":"x","city":"Oslo","rows":3,"msg":"loaded"}\n{"level":"warn","message":"slow","timestamp":"now","ms":12}\n',
    )
    write('half a ')
    write('line\n{"level":60,"msg":{"deep":1}}\n{"level":"error","message":"broken"\n')
    logger().info('own')
  })
  const run = await runFlow(
    flow({ name: 'f' }, () => load()),
    {},
    { debug: true },
  )
  const told = run.logs.filter(({ source }) => source === undefined)
  expect(told.map(({ level, message, fields }) => [level, message, fields])).toEqual([
    ['debug', 'asking', undefined],
    ['info', 'loaded', { city: 'Oslo', rows: 3 }],
    ['warn', 'slow', { ms: 12 }],
    ['info', 'half a line', undefined],
    ['error', '{"deep":1}', undefined],
    ['info', '{"level":"error","message":"broken"', undefined],
    ['info', 'own', undefined],
  ])
  expect(told.every(({ taskRunId }) => taskRunId === run.taskRuns[0]?.id)).toBe(true)
})

test('fields of a log line keep what can be read of them: the stack and cause of an error, and all but the property that throws', async () => {
  const cause = Object.assign(new TypeError('no route'), { code: 'EHOSTUNREACH', socket: { fd: 3 } })
  const fields = {
    error: new Error('not loaded', { cause }),
    get broken(): never {
      throw new Error('hostile')
    },
    rows: 3,
  }
  const run = await runFlow(flow({ name: 'f' }, () => logger().error('failed', fields)))
  const kept = run.logs.find(({ message }) => message === 'failed')?.fields
  expect(kept).toEqual({
    error: {
      name: 'Error',
      message: 'not loaded',
      stack: expect.stringMatching(/^Error: not loaded\n.*around\.test\.ts/s),
      cause: { name: 'TypeError', message: 'no route', code: 'EHOSTUNREACH', stack: expect.stringContaining('TypeError: no route') },
    },
    broken: '[unreadable]',
    rows: 3,
  })
})

test('what to do about an error stands below it in the log, where its author reads it', async () => {
  const load = task({ name: 'load', cache: cache.inputs }, (read: () => string) => read())
  const run = await runFlow(flow({ name: 'f' }, () => load(() => 'x')))
  const told = run.logs.filter(({ level }) => level === 'error').map(({ message }) => message)
  expect(told).toHaveLength(2)
  for (const message of told) expect(message).toMatch(/argument 1 \(read\) is a function\nhint: .*except/)
  expect(run.state.message).not.toContain('hint')
})

test('the version that an author gives a flow stands in the first line of each of its runs, and in the state in which an attempt begins', async () => {
  const child = flow({ name: 'child', version: 'of the child' }, () => 1)
  const run = await runFlow(
    flow({ name: 'etl', version: '2026-01-01.4f2a91c', retries: 1 }, async (_, { attempt }) => {
      if (attempt === 1) throw new Error('not yet')
      return child()
    }),
  )
  expect(run.states.map(({ name, details }) => [name, details.flowVersion])).toEqual([
    ['Running', '2026-01-01.4f2a91c'],
    ['AwaitingRetry', undefined],
    ['Retrying', '2026-01-01.4f2a91c'],
    ['Completed', undefined],
  ])
  expect(run.subflows[0]?.states[0]?.details).toEqual({ flowVersion: 'of the child' })
  expect(run.logs[0]?.message).toBe('flow "etl" begins, version 2026-01-01.4f2a91c')
  expect((await runFlow(flow({ name: 'etl' }, () => 1))).logs[0]?.message).toBe('flow "etl" begins')
})
